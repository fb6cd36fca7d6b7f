// The document inside the phone's iframe, and the page that says what is wrong.

/** The screen: the built-in components' style, then the mini program's, then its code. */
export function screenHtml(baseStyle: string): string {
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>Mini program</title>
<style>${baseStyle}</style>
<link rel="stylesheet" href="/_phone/app.css">
</head>
<body>
<div id="mp-root"></div>
<script src="/_phone/app.js"></script>
<script src="/_phone/runtime.js"></script>
</body>
</html>
`
}

/** A short page with one message; `body` is HTML. */
export function noticeHtml(body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Minitill phone</title>
<style>body{margin:15vh auto;max-width:32em;padding:0 24px;font:16px/1.6 system-ui,sans-serif;
color:#222}</style></head>
<body>${body}</body>
</html>
`
}

/** Makes text safe between tags. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)
}
