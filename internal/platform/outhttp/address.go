package outhttp

import (
	"fmt"
	"net/netip"
	"strings"
)

// special are the networks that are not for the public though they look like
// ordinary addresses (IANA special-purpose registries), and those that carry an
// IPv4 address inside, by which the check could be walked around.
var special = []netip.Prefix{ //nolint:gochecknoglobals // a constant that Go cannot express
	netip.MustParsePrefix("0.0.0.0/8"),       // this network
	netip.MustParsePrefix("100.64.0.0/10"),   // carriers' NAT, and some clouds' metadata
	netip.MustParsePrefix("192.0.0.0/24"),    // protocol assignments
	netip.MustParsePrefix("192.0.2.0/24"),    // documentation
	netip.MustParsePrefix("192.88.99.0/24"),  // 6to4 relays
	netip.MustParsePrefix("198.18.0.0/15"),   // benchmarks
	netip.MustParsePrefix("198.51.100.0/24"), // documentation
	netip.MustParsePrefix("203.0.113.0/24"),  // documentation
	netip.MustParsePrefix("240.0.0.0/4"),     // reserved, broadcast
	netip.MustParsePrefix("2001::/23"),       // protocol assignments, Teredo
	netip.MustParsePrefix("2001:db8::/32"),   // documentation
	netip.MustParsePrefix("2002::/16"),       // 6to4: carries IPv4
	netip.MustParsePrefix("3fff::/20"),       // documentation
}

// globalIPv6 is all of IPv6 that is given out for public use.
var globalIPv6 = netip.MustParsePrefix("2000::/3") //nolint:gochecknoglobals // a constant that Go cannot express

// public reports whether addr is one that anybody in the world could call.
func public(addr netip.Addr) bool {
	if !addr.IsGlobalUnicast() || addr.IsPrivate() || addr.Is6() && !globalIPv6.Contains(addr) {
		return false
	}
	for _, network := range special {
		if network.Contains(addr) {
			return false
		}
	}
	return true
}

// allowList is what the operator exempts.
type allowList struct {
	names    map[string]bool
	networks []netip.Prefix
}

func parseAllow(entries []string) (allowList, error) {
	list := allowList{names: map[string]bool{}}
	for _, entry := range entries {
		if network, err := netip.ParsePrefix(entry); err == nil {
			list.networks = append(list.networks, network.Masked())
		} else if addr, err := netip.ParseAddr(entry); err == nil {
			list.networks = append(list.networks, netip.PrefixFrom(addr, addr.BitLen()))
		} else if name := normal(entry); name != "" && !strings.ContainsAny(name, "/:@ *") {
			list.names[name] = true
		} else {
			return list, fmt.Errorf("outhttp: %q is neither a host name nor an address nor a network", entry)
		}
	}
	return list, nil
}

func (l allowList) host(name string) bool { return l.names[normal(name)] }

func (l allowList) addr(addr netip.Addr) bool {
	for _, network := range l.networks {
		if network.Contains(addr) {
			return true
		}
	}
	return false
}

func normal(host string) string { return strings.ToLower(strings.TrimSuffix(host, ".")) }
