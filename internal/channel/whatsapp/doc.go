// Package whatsapp is the channel of numbers at the WhatsApp Cloud API: what people write
// to a number of ours, and our answers.
//
// Events come to the one address of the operator's app (meta.HookPath) and name the number
// by its id, which is the address of the entry point. A thread is a person at a number.
// Meta names people by an id that it has made for our business (user_id, "PL.149…"): it is
// always there, the phone number is not. Where both come they are the same customer; a new id, which
// comes with a new number, is the same customer, too. Files lie at Meta behind the account's
// token for some days and are copied at once.
//
// Free text is taken for a day after the customer's last word; after that Meta takes only
// templates, texts that it has approved. What we send carries our own name, which its
// statuses bring back, so that an answer whose outcome was lost is known by its status.
//
// What must never break: Read is pure and survives any bytes; an account is connected only
// by who holds a token that may speak for the number; an id that Meta has made never goes
// where a phone number belongs, for Meta would take the message and bring it to nobody.
package whatsapp
