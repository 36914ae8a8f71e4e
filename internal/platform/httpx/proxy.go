package httpx

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// maxForwarded bounds how many hops of X-Forwarded-For are read.
const maxForwarded = 16

// Proxies are the networks whose word on a client's address is believed.
type Proxies []netip.Prefix

// ParseProxies reads addresses and networks: "10.0.0.0/8", "127.0.0.1".
func ParseProxies(texts []string) (Proxies, error) {
	var all Proxies
	for _, text := range texts {
		if prefix, err := netip.ParsePrefix(text); err == nil {
			all = append(all, prefix.Masked())
			continue
		}
		addr, err := netip.ParseAddr(text)
		if err != nil {
			return nil, fmt.Errorf("%q is neither an address nor a network such as 10.0.0.0/8", text)
		}
		all = append(all, netip.PrefixFrom(addr, addr.BitLen()))
	}
	return all, nil
}

// proxyHeaders are what a proxy says of whom it asks for.
func proxyHeaders() []string {
	return []string{"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "X-Real-Ip"}
}

// Client puts the client's true address into RemoteAddr and its true scheme
// into URL.Scheme. Headers of peers that are not trusted are dropped.
func (p Proxies) Client(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		forwarded, scheme := r.Header.Values("X-Forwarded-For"), r.Header.Get("X-Forwarded-Proto")
		for _, name := range proxyHeaders() {
			r.Header.Del(name)
		}
		if p.trusts(ClientIP(r)) {
			r.RemoteAddr = net.JoinHostPort(p.origin(ClientIP(r), forwarded).String(), "0")
			if scheme == "https" {
				r.URL.Scheme = scheme
			}
		}
		next.ServeHTTP(w, r)
	})
}

// origin walks back from the nearest hop to the first that is not ours.
func (p Proxies) origin(peer netip.Addr, forwarded []string) netip.Addr {
	hops := strings.Split(strings.Join(forwarded, ","), ",")
	for range maxForwarded {
		if len(hops) == 0 {
			break
		}
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[len(hops)-1]))
		if err != nil {
			break
		}
		peer, hops = hop.Unmap().WithZone(""), hops[:len(hops)-1]
		if !p.trusts(peer) {
			break
		}
	}
	return peer
}

func (p Proxies) trusts(addr netip.Addr) bool {
	for _, prefix := range p {
		if prefix.Contains(addr) {
			return true
		}
	}
	return false
}

// ClientIP returns the client's address; the zero Addr if it is unknown.
func ClientIP(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	return addr.Unmap().WithZone("")
}

// Nearby keeps pages to peers of the networks p that ask without a proxy in
// between; for others they are not there. It stands before Client, which takes
// away what a proxy says.
func (p Proxies) Nearby(problems *Problems, pages ...string) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if slices.Contains(pages, r.URL.Path) && (!p.trusts(ClientIP(r)) || forwarded(r.Header)) {
				problems.Write(w, r, noRoute())
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

func forwarded(h http.Header) bool {
	return slices.ContainsFunc(proxyHeaders(), func(name string) bool { return h.Get(name) != "" })
}

// IsTLS reports whether the client came over TLS, to us or to a trusted proxy.
func IsTLS(r *http.Request) bool { return r.TLS != nil || r.URL.Scheme == "https" }
