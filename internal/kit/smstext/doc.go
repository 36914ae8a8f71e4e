// Package smstext is what a text becomes on its way through mobile networks: the
// alphabets of GSM 03.38 and UCS-2, the segments of a long message with their
// headers (3GPP TS 23.040, 9.2.3.24), what is left in the last one, and the words
// with which people forbid and allow messages.
//
// What must never break: what was split is the same text when it is joined again; a
// character of two units never lies in two segments; foreign bytes of any kind are
// read without harm. The composer of the desk counts by the same vectors (testdata).
package smstext
