package email

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"

	"github.com/emersion/go-msgauth/dkim"

	"github.com/zongler/zongler/internal/kit/mailmsg/compose"
)

// leastRSA is the shortest key that receivers take (RFC 8301), in bits.
const leastRSA = 1024

// errKey says that a text is no key with which mails are signed.
var errKey = errors.New("email: neither an RSA nor an Ed25519 key in PEM")

// dkimKey reads the private key of a domain.
func dkimKey(text string) (crypto.Signer, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errKey
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return longEnough(key)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errKey
	}
	switch key := parsed.(type) {
	case *rsa.PrivateKey:
		return longEnough(key)
	case ed25519.PrivateKey:
		return key, nil
	}
	return nil, errKey
}

func longEnough(key *rsa.PrivateKey) (crypto.Signer, error) {
	if key.N.BitLen() < leastRSA {
		return nil, errKey
	}
	return key, nil
}

// signedFields are those that say from whom, to whom and about what a mail is, and how it is read.
func signedFields() []string {
	return []string{
		"From", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
		"MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Auto-Submitted",
	}
}

// sign signs a mail for the domain of its mailbox, if there is a key for that (RFC 6376). The domain is
// that of From: the signature is aligned with it.
func (a account) sign(m *compose.Mail) error {
	if a.settings.DKIMSelector == "" || a.secrets.DKIMKey == "" {
		return nil
	}
	key, err := dkimKey(a.secrets.DKIMKey)
	if err != nil {
		return err
	}
	signer, err := dkim.NewSigner(&dkim.SignOptions{
		Domain: domainOf(a.point.Address), Selector: a.settings.DKIMSelector, Signer: key, HeaderKeys: signedFields(),
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
	})
	if err != nil {
		return err
	}
	_, err = m.WriteTo(signer)
	if err = errors.Join(err, signer.Close()); err != nil {
		return err
	}
	m.Sign(signer.Signature())
	return nil
}
