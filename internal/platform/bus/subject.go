package bus

import (
	"strings"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
)

const (
	tenantPrefix = "t."
	nodePrefix   = "n."
	// maxSubject bounds a subject's length.
	maxSubject = 200
)

// ErrSubject refuses a subject that has no or forbidden tokens, or a message on a subject with wildcards.
var ErrSubject = errs.New(errs.Internal, "bus.Subject", "")

// Subject names what a message is about. Build one with Tenant, AnyTenant or Node; the zero Subject is refused.
type Subject struct{ name string }

// Tenant returns the subject t.<tenant>.<tokens…>. A token is letters, digits, '_' and '-'; the last one may be ">",
// which in a subscription stands for all that follows, and any may be "*", which stands for one token.
func Tenant(tenant id.Tenant, tokens ...string) Subject {
	if tenant <= 0 {
		return Subject{}
	}
	return join(tenantPrefix+tenant.String(), tokens)
}

// AnyTenant returns the subject of all tenants, for the parts of a node that serve every tenant.
func AnyTenant(tokens ...string) Subject { return join(tenantPrefix+"*", tokens) }

// Node returns the subject n.<tokens…> of what belongs to no tenant: leases, readiness of nodes.
func Node(tokens ...string) Subject { return join(strings.TrimSuffix(nodePrefix, "."), tokens) }

// String returns the subject as it travels.
func (s Subject) String() string { return s.name }

// Tenant returns the tenant of the subject; zero if it belongs to none or to any.
func (s Subject) Tenant() id.Tenant {
	rest, ok := strings.CutPrefix(s.name, tenantPrefix)
	if !ok {
		return 0
	}
	digits, _, _ := strings.Cut(rest, ".")
	tenant, err := id.Parse[id.Tenant](digits)
	if err != nil {
		return 0
	}
	return tenant
}

// Tokens returns what follows the tenant or the node's prefix.
func (s Subject) Tokens() []string {
	rest, ok := strings.CutPrefix(s.name, tenantPrefix)
	if ok {
		_, rest, _ = strings.Cut(rest, ".")
	} else {
		rest = strings.TrimPrefix(s.name, nodePrefix)
	}
	if rest == "" {
		return nil
	}
	return strings.Split(rest, ".")
}

// exact reports whether the subject names one thing, so that a message can be about it.
func (s Subject) exact() bool { return s.name != "" && !strings.ContainsAny(s.name, "*>") }

func join(prefix string, tokens []string) Subject {
	for i, token := range tokens {
		if !validToken(token, i == len(tokens)-1) {
			return Subject{}
		}
	}
	name := prefix + "." + strings.Join(tokens, ".")
	if len(tokens) == 0 || len(name) > maxSubject {
		return Subject{}
	}
	return Subject{name: name}
}

func validToken(token string, last bool) bool {
	if token == "*" || (token == ">" && last) {
		return true
	}
	for i := range len(token) {
		c := token[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return token != ""
}
