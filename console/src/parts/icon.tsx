// The few pictures of the console, drawn as lines.
const SHAPES = {
  orders: 'M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6',
  tasks: 'M4 12.5 9 17.5 20 6.5M4 5h9M4 20h16',
  catalogue: 'M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z',
  money: 'M12 3v18M7 8l5 6 5-6M7 14h10M7 18h10',
  reconcile: 'M12 4v17M7 21h10M4 7h16M6 7l-3 7h6zM18 7l-3 7h6z',
  promises: 'M12 3 5 6v6c0 4 3 7 7 9 4-2 7-5 7-9V6zM9 12l2 2 4-4',
  events: 'M4 9v6h4l6 5V4L8 9zM17.5 8.5a5 5 0 0 1 0 7',
  health: 'M3 12h4l3-7 4 14 3-7h4',
  copy: 'M9 9h11v11H9zM15 9V4H4v11h5',
  done: 'M5 12.5 10 17.5 19 7',
  out: 'M14 4H5v16h9M10 12h11M17 8l4 4-4 4',
  again: 'M20 12a8 8 0 1 1-2.3-5.7M20 3v5h-5',
  key: 'M8 17a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM11.5 11 20 4M17 6.5l2.5 3',
} as const

export type IconName = keyof typeof SHAPES

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={SHAPES[name]} />
    </svg>
  )
}
