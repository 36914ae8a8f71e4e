// Package twilio calls Twilio's REST interface of 2010-04-01, and others that speak the
// same, and knows whether something was posted by them.
//
// What must never break: no token gets into an error or a log; what was perhaps taken
// is Lost and Began, never a Fault; a signature is compared in the same time for every
// wrong one.
package twilio
