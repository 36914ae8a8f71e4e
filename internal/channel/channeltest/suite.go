package channeltest

import (
	"testing"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/id"
)

// Fault is what a provider does with our next message instead of taking it.
type Fault string

// The fault menu.
const (
	RateLimited  Fault = "rate limited"  // take it later
	Expired      Fault = "expired"       // our access has ended, until Renew
	WindowClosed Fault = "window closed" // no free text any more
	NotAllowed   Fault = "not allowed"   // never, with a reason in words
	Silent       Fault = "silent"        // it takes the message and its answer is lost
	Down         Fault = "down"          // nobody is there, once
)

// Reason is what a provider says with NotAllowed.
const Reason = "the recipient does not want to be written to"

// Step is a part of the life of a thread.
type Step string

// Steps, in their order.
const (
	StepNew        Step = "a message begins a thread and waits for an agent"
	StepTwice      Step = "what is told twice is there once"
	StepEdit       Step = "an edit changes the message, also one that comes before it"
	StepReaction   Step = "a reaction is put and taken back"
	StepDeletion   Step = "a message is taken back"
	StepReply      Step = "an answer arrives once"
	StepReceipts   Step = "receipts move an answer forward, in whatever order they come"
	StepEarly      Step = "a receipt that comes before the provider's own answer is not lost"
	StepEcho       Step = "our own answer comes back and is there once"
	StepParts      Step = "an answer with a file comes back, in however many messages, and is there once"
	StepElsewhere  Step = "what one of us wrote by other means is shown as ours"
	StepOutage     Step = "what happened in an outage is told at once and is there once"
	StepRateLimit  Step = "a provider that is busy is asked again"
	StepDown       Step = "a provider that is not there is asked again"
	StepExpired    Step = "access that has ended is seen, and what waits goes on when it is renewed"
	StepWindow     Step = "a closed window is told"
	StepRefusal    Step = "a refusal is told in the provider's words"
	StepMute       Step = "where nothing can be answered an answer is refused to the agent with the reason"
	StepAmbiguous  Step = "an answer of which nobody knows is not sent again by itself"
	StepActs       Step = "what the channel can do is done, what it cannot is refused with the reason"
	StepOwnEdit    Step = "an agent changes an answer, and the customer reads the new text"
	StepOwnDelete  Step = "an agent takes an answer back, and the customer has it no more"
	StepOwnReact   Step = "an agent reacts to a message, changes that and takes it back"
	StepOwnRefused Step = "a change that is refused is told in the provider's words, and what was said stands"
	StepOwnUnable  Step = "what the channel cannot change is refused to the agent with the reason"
	StepOwnLike    Step = "an agent likes a message, and takes that back"
	StepOwnHide    Step = "an agent hides a message from the public, and shows it again"
	StepOwnBlock   Step = "an agent blocks who wrote a message, and lets them write again"
	StepOwnPrivate Step = "an agent answers a public message in private, once"
	StepOwnKept    Step = "what the channel cannot do to what customers wrote is refused to the agent with the reason"
	StepUndeclared Step = "what the channel does not tell of is refused with the reason"
	StepQuarantine Step = "what cannot be understood is kept and can be replayed"
	StepForged     Step = "what is not from the provider is refused"
)

// Subject is a channel with its other side.
type Subject interface {
	// Point returns the entry point and how it is spoken to.
	Point() (channel.Adapter, channel.EntryPoint)
	// Says has something happen at the provider, all of it told at once.
	Says(t *testing.T, happened ...channel.Inbound)
	// Next says what becomes of our next messages, one fault for each; after them they are taken.
	// Of a channel on which nothing is sent: what becomes of our next looks at it.
	Next(t *testing.T, faults ...Fault)
	// Got returns what the provider has taken, the oldest first.
	Got(t *testing.T) []Got
	// Unable says why the subject has no means for a step; empty: it has.
	Unable(s Step) string
}

// Raw is a Subject whose provider posts to us.
type Raw interface {
	// Posts posts bytes as the provider would, signed if that is said, and returns the status.
	Posts(t *testing.T, body string, signed bool) int
}

// Renewable is a Subject whose access can be renewed after Expired.
type Renewable interface {
	Renew(t *testing.T)
}

// Meddling is a Subject that does something between taking our message and answering.
type Meddling interface {
	// BeforeAnswer has do called with the next message, once it was taken and before we know.
	BeforeAnswer(t *testing.T, do func(g Got))
}

// Got is what a provider has got from us.
type Got struct {
	Act      channel.Act
	Name     string   // the provider's, of a message
	Ours     id.Entry // by our own name
	Thread   string
	Text     string
	Target   string
	Reaction string
	On       bool
}

// Desk is our side.
type Desk interface {
	// Entries returns what agents see of a thread.
	Entries(t *testing.T, thread string) []Seen
	// Take has an agent take on the work of a thread.
	Take(t *testing.T, thread string)
	// Reply answers in a thread.
	Reply(t *testing.T, thread, text string) id.Entry
	// ReplyWithFile answers with a text and a small picture.
	ReplyWithFile(t *testing.T, thread, text string) id.Entry
	// TryReply answers in a thread of a channel that takes no answers.
	TryReply(t *testing.T, thread, text string) Change
	// Refused returns what lies in quarantine: the provider's names of events, with the reasons.
	Refused(t *testing.T) map[string]string
	// Replay has a refused event applied again, and returns the status of that.
	Replay(t *testing.T, event string) int

	Changing
	Moderating
}

// Changing is what our side does to what was said.
type Changing interface {
	// Edit gives an answer another text.
	Edit(t *testing.T, thread string, answer id.Entry, text string) Change
	// TakeBack takes an answer back.
	TakeBack(t *testing.T, thread string, answer id.Entry) Change
	// React puts a reaction to a message of the customer, or takes it back.
	React(t *testing.T, thread string, message id.Entry, reaction string, off bool) Change
}

// Change is what our side made of a change: the entry that tells of it, or why there is none.
type Change struct {
	Entry   id.Entry
	Refused string // the code
}

// Seen is an entry as agents see it.
type Seen struct {
	ID         id.Entry
	External   string
	Kind       string
	Author     string
	Text       string
	Target     id.Entry
	Delivery   string
	Reason     string
	Data       string
	Internal   bool
	FromSystem bool
}

// Run leads a subject through the life of a thread.
func Run(t *testing.T, s Subject, d Desk) {
	t.Helper()
	r := &run{subject: s, desk: d}
	r.adapter, r.point = s.Point()
	r.can = r.adapter.Capabilities()
	if own, differs := r.adapter.(channel.PointCapable); differs {
		r.can = own.CapabilitiesOf(r.point)
	}
	for _, one := range r.steps() {
		t.Run(string(one.step), func(t *testing.T) {
			if why := s.Unable(one.step); why != "" {
				t.Skip(why)
			}
			if !one.able {
				t.Skip("the capability table says that this channel does not know it")
			}
			one.do(t)
		})
	}
}

type step struct {
	step Step
	able bool
	do   func(t *testing.T)
}

// steps returns the life of a thread, as far as the capability table goes.
func (r *run) steps() []step {
	c := r.can
	return []step{
		{StepNew, true, r.begins},
		{StepTwice, true, r.twice},
		{StepEdit, c.Edits, r.edited},
		{StepReaction, c.Reactions, r.reacted},
		{StepDeletion, c.Deletions, r.deleted},
		{StepReply, c.Can(channel.ActSend), r.answered},
		{StepReceipts, c.Receipts, r.receipts},
		{StepEarly, c.Receipts, r.early},
		{StepEcho, c.Echoes, r.echoed},
		{StepParts, c.Can(channel.ActSend) && c.Attachments > 0, r.parts},
		{StepElsewhere, c.Echoes, r.elsewhere},
		{StepOutage, true, r.outage},
		{StepRateLimit, true, r.limited},
		{StepDown, true, r.down},
		{StepExpired, true, r.expired},
		{StepMute, !c.Can(channel.ActSend), r.mute},
		{StepRefusal, c.Can(channel.ActSend), r.refusal},
		{StepAmbiguous, c.Can(channel.ActSend), r.ambiguous},
		{StepWindow, c.Window > 0, r.window},
		{StepActs, true, r.acts},
		{StepOwnEdit, c.OwnEdits, r.ownEdited},
		{StepOwnDelete, c.OwnDeletions, r.ownDeleted},
		{StepOwnReact, c.OwnReactions, r.ownReacted},
		{StepOwnRefused, c.OwnEdits, r.ownRefused},
		{StepOwnUnable, !c.OwnEdits || !c.OwnDeletions || !c.OwnReactions, r.ownUnable},
		{StepOwnLike, c.Likes, r.ownLiked},
		{StepOwnHide, c.Hides, r.ownHidden},
		{StepOwnBlock, c.Blocks, r.ownBlocked},
		{StepOwnPrivate, c.PrivateReplies, r.ownPrivate},
		{StepOwnKept, !c.Likes || !c.Hides || !c.Removes || !c.Blocks || !c.PrivateReplies, r.unmoderated},
		{StepUndeclared, true, r.undeclared},
		{StepQuarantine, true, r.quarantine},
		{StepForged, true, r.forged},
	}
}
