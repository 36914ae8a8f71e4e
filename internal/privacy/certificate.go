package privacy

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Certificate is the proof of an erasure.
type Certificate struct {
	Number    int64
	ErasureID id.Erasure
	Body      string // JSON of Statement, as it was hashed
	Previous  string
	Hash      string
	MadeAt    time.Time
}

// Statement is what a certificate says. It names nobody but who has ordered the erasure.
type Statement struct {
	Number    int64         `json:"number"`
	Tenant    id.Tenant     `json:"tenant_id"`
	Brand     id.Brand      `json:"brand_id"`
	Erasure   id.Erasure    `json:"erasure_id"`
	Customers []id.Customer `json:"customer_ids"`

	Organisations []id.Organisation `json:"organisation_ids,omitempty"` // that are gone; of a person's erasure none

	Reference   string    `json:"reference,omitempty"`
	RequestedBy string    `json:"requested_by"`
	RequesterID id.User   `json:"requested_by_id,omitzero"`
	RequestedAt time.Time `json:"requested_at"`
	FinishedAt  time.Time `json:"finished_at"`
	Removed     Counts    `json:"removed"`
	Left        []Left    `json:"left"`
	Previous    string    `json:"previous_sha256"`
}

const certificateColumns = `number, erasure_id, body, previous, hash, made_at`

// issue writes the certificate of an erasure that is done, behind the newest one.
func issue(ctx context.Context, tx *db.Tx, e Erasure) (Certificate, error) {
	tenant := actor.From(ctx).Tenant
	last, _, err := db.Find[Certificate](ctx, tx, `SELECT `+certificateColumns+` FROM certificate WHERE tenant_id = $1 ORDER BY number DESC LIMIT 1`+tx.ForUpdate(), tenant)
	if err != nil {
		return Certificate{}, err
	}
	st := Statement{
		Number: last.Number + 1, Tenant: tenant, Brand: e.BrandID, Erasure: e.ID, Customers: e.Customers, Organisations: e.Organisations, Reference: e.Reference, RequestedBy: e.MadeByName,
		RequesterID: e.MadeBy, RequestedAt: e.MadeAt, FinishedAt: e.DoneAt, Removed: e.Counts, Left: e.Left, Previous: last.Hash,
	}
	if st.Left == nil {
		st.Left = []Left{}
	}
	body, err := json.Marshal(st)
	if err != nil {
		return Certificate{}, err
	}
	c := Certificate{Number: st.Number, ErasureID: e.ID, Body: string(body), Previous: last.Hash, Hash: hashOf(string(body)), MadeAt: tx.Now()}
	_, err = db.Exec(ctx, tx, `INSERT INTO certificate (tenant_id, number, erasure_id, body, previous, hash, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		tenant, c.Number, c.ErasureID, c.Body, c.Previous, c.Hash, c.MadeAt)
	return c, err
}

// hashOf is what the next certificate carries of one: its body holds the hash of the one before.
func hashOf(body string) string {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:])
}

// CertificateOf returns the proof of an erasure.
func (s *Service) CertificateOf(ctx context.Context, erasure id.Erasure) (Certificate, error) {
	const op = "privacy.CertificateOf"
	e, err := s.GetErasure(ctx, erasure)
	if err != nil {
		return Certificate{}, err
	}
	if e.State != Done {
		return Certificate{}, errs.New(errs.Conflict, op, "erasure.running")
	}
	c, err := db.One[Certificate](ctx, s.DB, `SELECT `+certificateColumns+` FROM certificate WHERE tenant_id = $1 AND erasure_id = $2`, actor.From(ctx).Tenant, erasure)
	return c, errs.Op(op, err)
}

// Chain is what the check of all certificates says.
type Chain struct {
	Certificates int64
	Broken       int64 // number of the first that does not fit the one before, or was changed; 0: none
}

// chainPage is how many certificates are read at once.
const chainPage = "500"

// CheckChain looks through all certificates of the tenant, whether any was changed or is missing.
func (s *Service) CheckChain(ctx context.Context) (Chain, error) {
	const op = "privacy.CheckChain"
	a, err := require(ctx, op, actor.CustomerErase)
	if err != nil {
		return Chain{}, err
	}
	var chain Chain
	before := ""
	for {
		page, err := db.Many[Certificate](ctx, s.DB, `SELECT `+certificateColumns+` FROM certificate WHERE tenant_id = $1 AND number > $2 ORDER BY number LIMIT `+chainPage,
			a.Tenant, chain.Certificates)
		if err != nil || len(page) == 0 {
			return chain, errs.Op(op, err)
		}
		for _, c := range page {
			var said Statement
			err := json.Unmarshal([]byte(c.Body), &said)
			fits := err == nil && c.Number == chain.Certificates+1 && said.Number == c.Number && said.Previous == before && c.Previous == before && c.Hash == hashOf(c.Body)
			if !fits && chain.Broken == 0 {
				chain.Broken = chain.Certificates + 1
			}
			chain.Certificates, before = c.Number, c.Hash
		}
	}
}
