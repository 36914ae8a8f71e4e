package mailmsg

import (
	"io"
	"time"
)

// Message is a mail that was read. Its parts share the memory of the original.
type Message struct {
	Header Header
	Root   *Part // the whole tree, for who wants more than is told below

	From    []Address // more than one is allowed and rare
	Sender  Address   // zero if not said
	ReplyTo []Address
	To      []Address
	Cc      []Address
	Bcc     []Address

	// ReturnPath is the envelope's sender as the last server noted it; HasReturnPath
	// tells the empty one, which bounces have, from none noted.
	ReturnPath    string
	HasReturnPath bool

	Subject    string
	MessageID  string    // as NormalizeID writes it; "" if there is none
	InReplyTo  []string  // never holds an empty id
	References []string  // oldest first; never holds an empty id
	Date       time.Time // UTC; zero if neither Date nor Received can be read

	Text string // plain text; made of the HTML where there was none
	HTML string // as sent, not cleaned: safehtml does that; "" for plain mail

	Attachments []*Attachment

	Signed    Protection // said to be signed; nothing is verified
	Encrypted Protection

	Defects []Defect
}

// Protection is the way in which a mail is signed or encrypted.
type Protection string

// Protections. The empty one is none.
const (
	SMIME Protection = "smime"
	PGP   Protection = "pgp"
)

// Attachment is a file in a mail.
type Attachment struct {
	Name      string // without path, never empty
	Type      string // what the sender says it is, such as "image/png"; not to be believed
	ContentID string // without brackets; what cid: in the HTML names
	Inline    bool   // shown in the HTML, not listed
	Signature bool   // an S/MIME or PGP signature: of no use to a reader
	open      func() io.Reader
}

// Open returns the decoded content from its beginning. Damaged encodings give
// what can be read of them, never an error.
func (a *Attachment) Open() io.Reader { return a.open() }

// Size counts the decoded bytes; it decodes them.
func (a *Attachment) Size() int64 {
	n, _ := io.Copy(io.Discard, a.Open()) // reading from memory cannot fail
	return n
}

// ByContentID returns the attachment that cid: names, or nil.
func (m *Message) ByContentID(cid string) *Attachment {
	for _, a := range m.Attachments {
		if cid != "" && a.ContentID == cid {
			return a
		}
	}
	return nil
}

// Author returns who wrote the mail: the first readable address of From, else
// of Sender, else of Reply-To. It is zero when none can be read.
func (m *Message) Author() Address {
	for _, list := range [][]Address{m.From, {m.Sender}, m.ReplyTo} {
		for _, a := range list {
			if a.Addr != "" {
				return a
			}
		}
	}
	return Address{}
}

// Recipients returns the readable addresses of To, Cc and Bcc.
func (m *Message) Recipients() []Address {
	var all []Address
	for _, list := range [][]Address{m.To, m.Cc, m.Bcc} {
		for _, a := range list {
			if a.Addr != "" {
				all = append(all, a)
			}
		}
	}
	return all
}

// Defect is one thing in a mail that is not as it should be.
type Defect struct {
	Code   DefectCode
	Detail string // where or what; may be empty
}

// DefectCode names a kind of defect.
type DefectCode string

// What may be wrong with a mail.
const (
	DefectSize       DefectCode = "too_large"         // longer than Limits.Size; the rest was not read
	DefectHeader     DefectCode = "header_too_large"  // fields were left out
	DefectMalformed  DefectCode = "header_malformed"  // a line that is no field
	DefectDepth      DefectCode = "nested_too_deep"   // a part was not opened
	DefectParts      DefectCode = "too_many_parts"    // parts were left out
	DefectBoundary   DefectCode = "boundary_missing"  // a multipart that does not part
	DefectUnclosed   DefectCode = "multipart_open"    // a multipart without end: perhaps cut off
	DefectText       DefectCode = "text_too_long"     // the text or the HTML was cut
	DefectCharset    DefectCode = "charset_wrong"     // not the character set it says; guessed
	DefectAddress    DefectCode = "address_malformed" // kept as text only
	DefectAddresses  DefectCode = "too_many_addresses"
	DefectDate       DefectCode = "date_unreadable" // missing or broken; taken from Received where possible
	DefectNoFrom     DefectCode = "from_missing"
	DefectID         DefectCode = "message_id_malformed"
	DefectTNEF       DefectCode = "tnef_damaged"
	DefectReferences DefectCode = "too_many_references"
)
