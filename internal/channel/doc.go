// Package channel is the contract between the contact centre and the world's
// channels, and the entry points at which contacts arrive.
//
// An adapter is one folder channel/<name> and one line where the Registry is
// made. It must be able to Send; what else it can do it shows by further small
// interfaces (Poller, WebhookReceiver, Typing, …) and by its Capabilities, from
// which the composer and the checks before sending are made. What comes in is an
// Inbound, checked by Validate before anybody else sees it. What a provider
// refuses is told by a Failure: whether to try again, to reconnect, to give up,
// or that nobody knows whether it was sent.
//
// What must never break: the contract imports no adapter; an address of a
// channel belongs to one entry point of one tenant; nothing ambiguous is sent twice.
package channel
