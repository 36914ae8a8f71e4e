// Package calendar knows when somebody is there: hours of the week, public
// holidays, exceptions.
//
// Hours are the pure part: built once from a Calendar, they answer whether an
// instant is open, when that changes, how much business time lies between two
// instants and where a span of business time ends. They follow the wall clock of
// a time zone, so a day may have 23 or 25 hours. Service stores calendars.
//
// A day's intervals are, in this order: those of an exception for the date; those
// of a public holiday of the country; on a Hungarian working Saturday, those of
// the weekday whose work it takes over; those of the weekday. An interval may
// reach into the next day, and does so whatever that day's own intervals are.
//
// What must never break: AddBusiness and BusinessBetween are inverse; nothing
// here looks at the machine's clock or zone; every search ends.
package calendar
