package privacy

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/db"
)

// MaxCertificate bounds what is taken for a certificate, in bytes.
const MaxCertificate = 512 << 10

// Verdict says what the check of one certificate has found.
type Verdict string

// Verdicts.
const (
	Genuine     Verdict = "genuine"      // it says what the one says that was issued here
	Altered     Verdict = "altered"      // one was issued here under its number, but says something else
	Unknown     Verdict = "unknown"      // none was issued here under its number
	KeptAltered Verdict = "kept_altered" // what is kept here is no longer as it was issued, so nothing can be said
)

// Checked is what is known of a certificate that somebody has shown.
type Checked struct {
	Verdict Verdict
	Said    Statement // what the one that was shown says
	Differs []string  // names of what it says otherwise than the one that is kept
	Sound   bool      // all certificates up to it follow each other as they were issued
}

// shown is a certificate as it is handed out, or its statement alone.
type shown struct {
	Statement json.RawMessage `json:"statement"`
	Hash      string          `json:"sha256"`
}

// CheckCertificate says whether a certificate that somebody shows was issued here, and whether it says what it said then.
// How it is laid out does not matter, what it says does.
func (s *Service) CheckCertificate(ctx context.Context, text string) (Checked, error) {
	const op = "privacy.CheckCertificate"
	a, err := require(ctx, op, actor.CustomerErase)
	if err != nil {
		return Checked{}, err
	}
	in, said, err := readShown(op, text)
	if err != nil {
		return Checked{}, err
	}
	out := Checked{Verdict: Unknown, Said: said}
	if said.Tenant != a.Tenant || !a.Brands.Has(said.Brand) {
		return out, nil
	}
	kept, found, err := db.Find[Certificate](ctx, s.DB, `SELECT `+certificateColumns+` FROM certificate WHERE tenant_id = $1 AND number = $2`, a.Tenant, said.Number)
	var is Statement
	if err == nil && found {
		err = json.Unmarshal([]byte(kept.Body), &is)
	}
	if err != nil || !found || !a.Brands.Has(is.Brand) {
		return out, errs.Op(op, err)
	}
	chain, err := s.CheckChain(ctx)
	if err != nil {
		return out, errs.Op(op, err)
	}
	out.Sound = chain.Broken == 0 || chain.Broken > said.Number
	if out.Differs, err = differing(in.Statement, []byte(kept.Body)); err != nil {
		return out, errs.E(errs.Internal, op, err)
	}
	if in.Hash != "" && !strings.EqualFold(in.Hash, kept.Hash) {
		out.Differs = append(out.Differs, "sha256")
	}
	out.Verdict = Genuine
	switch {
	case kept.Hash != hashOf(kept.Body):
		out.Verdict = KeptAltered
	case len(out.Differs) > 0:
		out.Verdict = Altered
	}
	return out, nil
}

// readShown reads what somebody shows as a certificate.
func readShown(op, text string) (shown, Statement, error) {
	refused := errs.New(errs.Invalid, op, "certificate.unreadable")
	var in shown
	raw := []byte(strings.TrimPrefix(text, "\ufeff"))
	if len(raw) > MaxCertificate || json.Unmarshal(raw, &in) != nil {
		return in, Statement{}, refused
	}
	if len(in.Statement) == 0 { // it may be the statement alone
		in.Statement = raw
	}
	var said Statement
	if json.Unmarshal(in.Statement, &said) != nil || said.Number <= 0 || said.Erasure == 0 {
		return in, Statement{}, refused
	}
	return in, said, nil
}

// differing names the parts of two statements that do not say the same.
func differing(a, b []byte) ([]string, error) {
	one, err := partsOf(a)
	if err != nil {
		return nil, err
	}
	other, err := partsOf(b)
	if err != nil {
		return nil, err
	}
	names := []string{}
	for name, value := range one {
		if is, there := other[name]; !there || !reflect.DeepEqual(value, is) {
			names = append(names, name)
		}
	}
	for name := range other {
		if _, there := one[name]; !there {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names[:min(len(names), maxDiffering)], nil
}

// maxDiffering bounds how many parts are named.
const maxDiffering = 30

// partsOf reads a statement without losing the digits of its numbers.
func partsOf(statement []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(statement))
	d.UseNumber()
	var parts map[string]any
	err := d.Decode(&parts)
	return parts, err
}
