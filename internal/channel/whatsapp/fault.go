package whatsapp

import (
	"errors"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/meta"
	"github.com/zongler/zongler/internal/kit/clip"
)

// Codes of the Cloud API that mean something particular to us, from Meta's documents of its errors.
const (
	codeSomething     = 131000
	codeUnavailable   = 131016
	codeSelf          = 131021
	codeUndeliverable = 131026
	codePayment       = 131042
	codeNotRegistered = 131045
	codeOldWindow     = 470
	codeWindow        = 131047
	codeSpam          = 131048
	codeMarketing     = 131049
	codeUnsupported   = 131051
	codeFetch         = 131052
	codeUpload        = 131053
	codePair          = 131056 // too often to the same person
	codeLocked        = 131031
	codeRate          = 130429
	codeExperiment    = 130472
	codeMaintenance   = 133004
	codeUnknownNumber = 133010
	codeValues        = 132000
	codeNoTemplate    = 132001
	codeTooLong       = 132005
	codeFormat        = 132012
	codePaused        = 132015
	codeDisabled      = 132016
)

// Pauses where Meta asks for some without saying how long.
const (
	pairPause = 10 * time.Second // a message every six seconds to the same person
	ratePause = 30 * time.Second
)

// verdict is what a code means to a message, and the key of the words for people.
type verdict struct {
	verdict channel.Verdict
	code    string
	after   time.Duration
}

// verdicts returns what is known beside what all of Graph says (meta.Failure).
func verdicts() map[int]verdict {
	return map[int]verdict{
		codeOldWindow:     {channel.WindowClosed, "reply.window_closed", 0},
		codeWindow:        {channel.WindowClosed, "reply.window_closed", 0},
		codeUndeliverable: {channel.Permanent, "whatsapp.undeliverable", 0},
		codeExperiment:    {channel.Permanent, "whatsapp.undeliverable", 0},
		codeSelf:          {channel.Permanent, "whatsapp.undeliverable", 0},
		codeSpam:          {channel.Permanent, "whatsapp.spam", 0},
		codeMarketing:     {channel.Permanent, "whatsapp.marketing", 0},
		codeUnsupported:   {channel.Permanent, "whatsapp.file", 0},
		codeFetch:         {channel.Permanent, "whatsapp.file", 0},
		codeUpload:        {channel.Permanent, "whatsapp.file", 0},
		codeLocked:        {channel.Permanent, "meta.restricted", 0},
		codeValues:        {channel.Permanent, "template.gone", 0},
		codeTooLong:       {channel.Permanent, "template.gone", 0},
		codeFormat:        {channel.Permanent, "template.gone", 0},
		codeNoTemplate:    {channel.Permanent, "template.gone", 0},
		codePaused:        {channel.Permanent, "template.paused", 0},
		codeDisabled:      {channel.Permanent, "template.paused", 0},
		codePayment:       {channel.Reconnect, "whatsapp.payment", 0},
		codeNotRegistered: {channel.Reconnect, "whatsapp.unregistered", 0},
		codeUnknownNumber: {channel.Reconnect, "whatsapp.unregistered", 0},
		codeSomething:     {channel.Retry, "meta.failing", 0},
		codeUnavailable:   {channel.Retry, "meta.failing", 0},
		codeMaintenance:   {channel.Retry, "meta.failing", 0},
		codePair:          {channel.Retry, "meta.busy", pairPause},
		codeRate:          {channel.Retry, "meta.busy", ratePause},
	}
}

// failure returns what an error of a call means to a message that it should send.
func failure(err error) *channel.Failure {
	if judged, is := errors.AsType[*channel.Failure](err); is {
		return judged
	}
	f := meta.Failure(err)
	said, is := errors.AsType[*meta.Fault](err)
	if !is {
		return f
	}
	v, known := verdicts()[said.Code]
	if !known {
		return f
	}
	out := channel.Fail(v.verdict, v.code, said)
	out.After = max(f.After, v.after)
	if v.verdict == channel.Permanent {
		out.Words = clip.Bytes(firstOf(said.Details, said.User, said.Message), maxWords)
	}
	return out
}

// whyFailed is why a message did not arrive, a key of the errors.
func whyFailed(code int) string {
	if v, known := verdicts()[code]; known {
		return v.code
	}
	return "whatsapp.undeliverable"
}

// harmless makes of an answer that was lost one to try again: what was asked for may be done twice.
func harmless(err error) error {
	if err == nil {
		return nil
	}
	if f := failure(err); f.Verdict == channel.Ambiguous {
		return channel.Fail(channel.Retry, "meta.failing", err)
	}
	return err
}
