// Minitill kit, built by kit/build.ts from kit/*.ts. Do not edit. Apache-2.0.
// biome-ignore-all lint: built file
// biome-ignore-all format: built file
// biome-ignore-all assist: built file
/**
 * The few functions of WeChat's `wx` that the kit calls, as an interface, so that tests can give
 * their own. WeChat's own `wx` fits it. Source: developers.weixin.qq.com/miniprogram/dev/api.
 */
/** What a `fail` callback receives. `errMsg` differs by phone: never compare it as a whole. */
export interface WxFailure {
    errMsg: string;
    errno?: number;
}
/** What `wx.request` hands to `success`, whatever the HTTP status was. */
export interface WxAnswer {
    data: unknown;
    statusCode: number;
    header?: object;
}
export type WxMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';
export interface WxRequest {
    url: string;
    method: WxMethod;
    data?: string;
    header: Record<string, string>;
    timeout: number;
    success(answer: WxAnswer): void;
    fail(failure: WxFailure): void;
}
/** The five strings of `wx.requestPayment`; `timeStamp` is in seconds, as a string. */
export interface CallUp {
    timeStamp: string;
    nonceStr: string;
    package: string;
    signType: 'RSA';
    paySign: string;
}
export interface Wx {
    login(options: {
        timeout?: number;
        success(result: {
            code: string;
        }): void;
        fail(failure: WxFailure): void;
    }): unknown;
    request(options: WxRequest): unknown;
    requestPayment(options: CallUp & {
        success(): void;
        fail(failure: WxFailure): void;
    }): unknown;
    /** `success` has, by template id, what the person said. Old base libraries have no such function. */
    requestSubscribeMessage(options: {
        tmplIds: string[];
        success(said: Record<string, string>): void;
        fail(failure: WxFailure): void;
    }): unknown;
    showActionSheet(options: {
        itemList: string[];
        success(result: {
            tapIndex: number;
        }): void;
        fail(): void;
    }): unknown;
    getStorageSync(key: string): unknown;
    setStorageSync(key: string, value: unknown): void;
    getAccountInfoSync(): {
        miniProgram: {
            appId: string;
            envVersion: string;
        };
    };
}
/** What a network call came to; status 0 is silence, and `body` then WeChat's own failure text. */
export interface Reply {
    status: number;
    body: unknown;
    header?: object | undefined;
}
/** One `wx.request`, by callbacks: it is not a Promise API. Never rejects. */
export declare function send(wx: Wx, call: Omit<WxRequest, 'success' | 'fail'>): Promise<Reply>;
/** How the cashier came back. It is a hint only: the truth is the order's. */
export interface Callback {
    kind: 'ok' | 'cancel' | 'fail' | 'none';
    errMsg: string | null;
}
/** Reads an errMsg of requestPayment; null means that no callback came. */
export declare function callbackOf(errMsg: string | null): Callback;

/** Everything that the kit takes from outside: WeChat, the clock, chance and waiting. */
export interface Ports {
    wx: Wx;
    /** Milliseconds since 1970. */
    nowMs(): number;
    /** 0 ≤ number < 1; used for the spread of waits and for keys that need not be secret. */
    random(): number;
    wait(ms: number): Promise<void>;
}
/** The ports of a real mini program; a test replaces what it wants to steer. */
export declare function realPorts(given: Partial<Ports>): Ports;

/** What the server's mini program API sends (design: all amounts in fen, all times RFC 3339). */
export interface Account {
    id: string;
    /** "138****8000", or null while no phone number is bound. */
    phone_masked: string | null;
}
export interface Product {
    id: string;
    name: string;
    description: string;
    /** Fen. */
    price: number;
    currency: string;
    /** Pieces left; null means without limit. */
    stock: number | null;
    image_url: string | null;
}
export interface OrderItem {
    product_id: string;
    name: string;
    quantity: number;
    /** Fen. */
    unit_price: number;
    /** Fen. */
    amount: number;
}
export type OrderStatus = 'unpaid' | 'paid' | 'closed';
export interface Order {
    id: string;
    /** `unpaid` also while a payment is closing or in doubt. */
    status: OrderStatus;
    /** Fen. */
    total: number;
    currency: string;
    items: OrderItem[];
    out_trade_no: string | null;
    transaction_id: string | null;
    created_at: string;
    expires_at: string;
    paid_at: string | null;
    /** Fen. */
    refunded_total: number;
    shipping_status: 'not_required' | 'to_ship' | 'shipped' | 'received' | 'settled';
}
export interface Page<T> {
    data: T[];
    /** Give it as `cursor` for the next page; null at the end. */
    next_cursor: string | null;
}
export interface PageQuery {
    limit?: number;
    cursor?: string | null;
}
export interface CartLine {
    product_id: string;
    quantity: number;
}
/** What the kit keeps in storage of a login. */
export interface Session {
    token: string;
    expires_at: string;
    account: Account;
}

export type Language = 'zh' | 'en';
/** One wrong field of a request, as the server names it. */
export interface FieldError {
    field: string;
    message: string;
}
/**
 * The one error the kit throws. `code` is the server's (RFC 9457) or the kit's own; `status` is the
 * HTTP status, 0 when nothing was answered; `detail` is for the log, `text` for people.
 */
export declare class TillError extends Error {
    readonly code: string;
    readonly status: number;
    readonly detail: string;
    readonly errors: FieldError[];
    constructor(code: string, status: number, detail: string, errors?: FieldError[]);
}
/** True for the kit's error; by name, since a compiler to ES5 breaks `instanceof` for errors. */
export declare function isTillError(error: unknown): error is TillError;
/**
 * True when the server has decided against it, so that asking again would change nothing: a 4xx,
 * but neither a session that is over nor too many calls.
 */
export declare function isRefusal(error: unknown): error is TillError;
/** The sentence for a person, in their language, for any error at all. */
export declare function errorText(error: unknown, language?: Language): string;

/** `detail` of the event of `<button open-type="getPhoneNumber">`. */
export interface PhoneDetail {
    code?: string;
    errMsg?: string;
    errno?: number;
}
/** Where WeChat asks the person something. */
export interface Desk {
    loginCode(): Promise<string>;
    phoneCode(detail: PhoneDetail): Promise<string>;
    /**
     * Resolves with the callback of the cashier, whichever it is; never rejects. `onPaid` runs inside
     * the success callback, the one place without a tap where WeChat lets messages be asked for.
     */
    cashier(callUp: CallUp, onPaid: () => void): Promise<Callback>;
    /**
     * Shows the sheet for subscribe messages (订阅消息). Resolves with the templates that the person
     * allowed: none after a no, without tap or payment just before, where WeChat lacks the function,
     * or when no answer came in a minute. Never rejects.
     */
    ask(templateIds: string[]): Promise<string[]>;
}
/** WeChat's own. By callbacks, because its page for `wx.login` says that Promises are not supported. */
export declare function wechatDesk({ wx, wait }: Ports): Desk;

/** What came of a payment: the order's truth, and what WeChat's callback said beside it. */
export interface PayResult {
    outcome: OrderStatus;
    order: Order;
    callback: Callback;
    /** Subscribe messages that the server would send; for `wx.requestSubscribeMessage` after a tap. */
    templateIds: string[];
    /** Those that the person allowed just now. */
    allowed: string[];
}
export interface PayOptions {
    /** Once paid, asks the person for the server's subscribe messages (paid, shipped, refunded). */
    askForMessages?: boolean;
}
/** The five strings, and what the person may be asked for. */
export interface Payable {
    callUp: CallUp;
    templateIds: string[];
}
export interface PaymentCalls {
    pay(orderId: string): Promise<Payable>;
    confirm(orderId: string): Promise<Order>;
}
export interface Payments {
    pay(orderId: string, options?: PayOptions): Promise<PayResult>;
    resume(): Promise<Order[]>;
}
/** Pay, then ask: the one way through WeChat's cashier, whatever its callback says. */
export declare function openPayments(ports: Ports, memory: Memory, desk: Desk, calls: PaymentCalls, account: () => Account | null): Payments;

export interface TillOptions extends Partial<Ports> {
    /** The Minitill server, e.g. "https://till.example.com". */
    baseUrl: string;
    /** Development in WeChat DevTools only: a simulator whose codes and cashier are used. */
    simulator?: string | undefined;
    /** Needed only where one server serves several mini programs. */
    appid?: string | undefined;
}
export interface RequestOptions {
    method: WxMethod;
    /** Begins with "/". */
    path: string;
    data?: unknown;
    /** Makes a POST safe to repeat after a lost answer. */
    idempotencyKey?: string;
}
export interface Till {
    /** Silent login by wx.login; however often it is called at once, it happens once. */
    login(): Promise<Account>;
    /** Asks the server who is logged in. */
    session(): Promise<Account>;
    /** Who is logged in as far as this phone knows, at once; null when nobody. */
    account(): Account | null;
    /** Ends the session of this phone; the phone forgets it even without network. */
    logout(): Promise<void>;
    /** Ends all sessions of this person, on every phone. Fails when the server can't be told. */
    logoutEverywhere(): Promise<void>;
    /** Any call of your own to the server, with token, renewal, retries and typed errors. */
    request<T = unknown>(options: RequestOptions): Promise<T>;
    /** Binds the phone number that the person allowed. */
    bindPhone(detail: PhoneDetail): Promise<Account>;
    products(query?: PageQuery): Promise<Page<Product>>;
    /** Places an order once, whatever the network does. The price is computed by the server. */
    createOrder(items: CartLine[]): Promise<Order>;
    orders(query?: PageQuery): Promise<Page<Order>>;
    order(id: string): Promise<Order>;
    /** Opens the cashier, then asks the server. Resolves with the order's truth. */
    pay(orderId: string, options?: PayOptions): Promise<PayResult>;
    /** Has the server ask WeChat now, and tells the order as it is. */
    confirm(orderId: string): Promise<Order>;
    cancel(orderId: string): Promise<Order>;
    /** In App.onLaunch and App.onShow: settles payments that were left in flight. Never fails. */
    resume(): Promise<Order[]>;
}
/** Opens the till: the mini program's side of a Minitill server. */
export declare function createTill(options: TillOptions): Till;
