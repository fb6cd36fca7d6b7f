/** Where your Minitill server is. In a released mini program: https, and registered at WeChat. */
export const baseUrl = 'http://127.0.0.1:4000'

/**
 * The simulator that stands in for WeChat when the project is opened in WeChat DevTools without an
 * account (appid "touristappid"). The kit uses it in development only, never in a released version.
 */
export const simulator = 'http://127.0.0.1:4001'
