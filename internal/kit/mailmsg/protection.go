package mailmsg

import "strings"

// protection notes that a mail is signed or encrypted. Nothing is verified.
func (b *bodyReader) protection() {
	m := b.message
	m.Root.Walk(func(p *Part) bool {
		switch p.Type {
		case "multipart/signed":
			m.Signed = protocol(p, SMIME)
		case "multipart/encrypted":
			m.Encrypted = protocol(p, PGP)
		case "application/pkcs7-mime", "application/x-pkcs7-mime":
			if kind := strings.ToLower(p.Params["smime-type"]); kind == "signed-data" {
				m.Signed = SMIME
			} else if kind != "certs-only" {
				m.Encrypted = SMIME
			}
		}
		return true
	})
	head := m.Text[:min(len(m.Text), 4096)]
	switch {
	case strings.Contains(head, "-----BEGIN PGP MESSAGE-----"):
		m.Encrypted = PGP
	case strings.Contains(head, "-----BEGIN PGP SIGNED MESSAGE-----"):
		m.Signed = PGP
	}
}

func protocol(p *Part, otherwise Protection) Protection {
	switch name := strings.ToLower(p.Params["protocol"]); {
	case strings.Contains(name, "pgp"):
		return PGP
	case strings.Contains(name, "pkcs7"):
		return SMIME
	}
	return otherwise
}
