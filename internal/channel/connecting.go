package channel

import (
	"context"
	"time"
)

// Connecting is an adapter whose entry points are accounts at a provider: a page, a
// number, a bot. Administrators connect and keep them by one set of operations and on
// one screen (Accounts), which know of an adapter what stands here and nothing more.
//
// What it says of an entry point that is no secret is the entry point's config, an
// object of the fields of its Form; secrets are kept sealed beside it. Whoever is also
// Configurable checks the config further.
//
// Texts are in the catalogues (web/i18n/*/admin.json) under the channel's name:
//
//	admin.account.<channel>.field.<key>      a field; .help below it, .<choice> for each choice
//	admin.account.<channel>.guide.<step>     what has to be done at the provider
//	admin.account.<channel>.copy.<name>      what is copied there
//	admin.account.<channel>.try.<step>       a step of a test
//
// A test (internal/app) fails for each that is missing.
type Connecting interface {
	Adapter

	// Form describes what is entered to connect an account.
	Form() Form
	// Prove finds out which account what was entered speaks for, and whether it suffices.
	// It may call the provider. Its errors name fields as "settings.<key>" (errs.Fields),
	// or are Conflict or Unavailable with a code.
	Prove(ctx context.Context, in Entered) (Proof, error)
	// Try tries everything that an account needs, step by step, and mends on the way what
	// it can. Where a step fails, those that stand on it are not tried.
	Try(ctx context.Context, a Account) Report
}

// The further things that a Connecting adapter may be able to do.
type (
	// Fetching is able to fetch what its provider has not posted to us. It is asked every
	// quarter of an hour, and by administrators.
	Fetching interface {
		// Fetch gives take what happened since a.Cursor (empty: since a.ConnectedAt), piece
		// by piece, and returns from where the next fetch goes on. What is taken twice is
		// there once. With an error, a Failure, the cursor stays where it was.
		Fetch(ctx context.Context, a Account, take Take) (cursor string, err error)
	}

	// Renewing has access that ends and can be prolonged before.
	Renewing interface {
		// RenewBefore says how long before its end access is renewed.
		RenewBefore() time.Duration
		// Renew returns secrets in place of those that a has, and until when they are good;
		// no secrets where these cannot be renewed. Its errors are Failures; an ambiguous one
		// says that the provider may have renewed them: a.Renewing tells the next try of it.
		Renew(ctx context.Context, a Account) (Proof, error)
	}

	// Releasing tells its provider that we speak for an account no more.
	Releasing interface {
		Release(ctx context.Context, a Account) error
	}

	// Introducing is able to say who somebody is: it is asked once for whoever has no name here.
	Introducing interface {
		// WhoIs returns who has an id at the provider; without a name where it does not tell.
		// Its errors are Failures.
		WhoIs(ctx context.Context, a Account, person string) (Party, error)
	}

	// Posted is posted to at an address of ours for each account.
	Posted interface {
		// PostedAt returns that address, which begins with /hooks/; empty: this one has none.
		PostedAt(p EntryPoint) string
	}
)

// Take keeps what was fetched.
type Take func(ctx context.Context, arrived []Arrival) error

// Form describes what an account is connected with.
type Form struct {
	Fields []FormField
	Guide  []GuideStep // what has to be done at the provider first, in order
	Tries  []string    // the steps of Try, in their order
	Unable string      // why none can be connected here at present, a key of the errors; empty: one can
}

// FieldKind is how a field is entered.
type FieldKind string

// Kinds of fields, and what they are in a config.
const (
	FieldText     FieldKind = "text"     // a string
	FieldSecret   FieldKind = "secret"   // never in a config, never shown
	FieldChoice   FieldKind = "choice"   // a string of Choices
	FieldNumber   FieldKind = "number"   // a whole number
	FieldSwitch   FieldKind = "switch"   // a boolean
	FieldDuration FieldKind = "duration" // a whole number of Unit
)

// FormField is one thing that is entered. An empty optional one is left out of the config.
type FormField struct {
	Key      string
	Kind     FieldKind
	Required bool
	Fixed    bool     // entered when the account is connected, and never changed
	Proves   bool     // what it says is proven again when it changes; a secret always is
	Choices  []string // the first one unless another is entered
	Least    int      // of a number or duration
	Most     int      // of those; of a text or secret: characters, 0: usual
	Default  int      // of a number or duration
	Unit     string   // of a duration: "s", "min", "h"
	Example  string   // of a text: shown while it is empty
	When     *When    // only then is it there
}

// When is that a choice has a value.
type When struct {
	Field string
	Is    string
}

// GuideStep is something that has to be done at the provider.
type GuideStep struct {
	Step  string // by which its text is found
	When  *When
	Copy  []Copy   // what has to be entered there
	Words []string // in the provider's own words: permissions, fields
}

// Copy is something to be copied. A value that begins with a slash is an address of ours.
type Copy struct {
	Name  string
	Value string
}

// Secrets are what an account is spoken for with, by the keys of their fields. An
// adapter may keep further ones under names of its own.
type Secrets map[string]string

// Entered is what somebody has entered, checked against the Form.
type Entered struct {
	Config  []byte // an object of the fields that are no secrets
	Secrets Secrets
	Before  *Account // what it is to be in place of; nil: a new one
}

// Proof is what has shown itself of an account.
type Proof struct {
	Address   string    // of the account at the provider: one in the whole installation
	Name      string    // as it is called there
	Config    []byte    // what is kept in place of Entered.Config; empty: that
	Secrets   Secrets   // what is kept in place of Entered.Secrets; nil: those
	ExpiresAt time.Time // when access ends; zero: never, or it is not known
}

// Account is an entry point at a provider, with what it takes to speak for it.
type Account struct {
	EntryPoint

	Main        EntryPoint // whose settings and secrets these are: the entry point itself, or the one beside which it stands
	Secrets     Secrets    `json:"-"`
	Cursor      string     // up to where everything is here, in the adapter's words; empty: nothing was fetched yet
	ExpiresAt   time.Time
	CheckedAt   time.Time // when everything was tried last
	ConnectedAt time.Time // when it was last connected
	Asked       bool      // somebody wants it to be fetched now, whatever time it has
	Renewing    time.Time // when a renewal of access began of which nobody knows what became; zero: none
}

// Report is what came of trying everything.
type Report struct {
	Trials    []Trial
	ExpiresAt time.Time // when access ends; zero: never, or it is not known
	Config    []byte    // what is kept in place of the config, where something new was found out; empty: it stays
}

// Trial is what came of one step. One that failed is shown with the text of Code, and
// makes the account's health failing with it.
type Trial struct {
	Step    string
	OK      bool
	Code    string   // what is wrong, a key of the errors
	Values  []string // what lacks, in the provider's words
	Words   string   // what the provider said
	Passing bool     // it will pass by itself: the health stays as it was
	Aside   bool     // the account works without it: its health is that of the other steps
}
