package ssl

import (
	"crypto/tls"
	"errors"
	"slices"
	"strings"
)

// suite is a cipher suite up to TLS 1.2 that both OpenSSL and crypto/tls have:
// its name in OpenSSL, and the words of OpenSSL's language that select it.
type suite struct {
	id   uint16
	name string
	tags []string
}

const (
	ecdsaTags = " ECDH EECDH ECDHE kEECDH kECDHE ECDSA aECDSA"
	rsaTags   = " ECDH EECDH ECDHE kEECDH kECDHE aRSA"
	kRSATags  = " RSA kRSA aRSA"
	gcm128    = " AES128 AES AESGCM TLSv1.2"
	gcm256    = " AES256 AES AESGCM TLSv1.2"
	chacha    = " CHACHA20 TLSv1.2"
	cbc128    = " AES128 AES"
	cbc256    = " AES256 AES"
)

// suites are in OpenSSL's own order.
var suites = []suite{
	{tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, "ECDHE-RSA-AES256-GCM-SHA384", words(rsaTags + gcm256 + " SHA384")},
	{tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, "ECDHE-ECDSA-AES256-GCM-SHA384", words(ecdsaTags + gcm256 + " SHA384")},
	{tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, "ECDHE-ECDSA-CHACHA20-POLY1305", words(ecdsaTags + chacha)},
	{tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, "ECDHE-RSA-CHACHA20-POLY1305", words(rsaTags + chacha)},
	{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, "ECDHE-ECDSA-AES128-GCM-SHA256", words(ecdsaTags + gcm128)},
	{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, "ECDHE-RSA-AES128-GCM-SHA256", words(rsaTags + gcm128)},
	{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, "ECDHE-ECDSA-AES128-SHA256", words(ecdsaTags + cbc128 + " SHA256 TLSv1.2")},
	{tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256, "ECDHE-RSA-AES128-SHA256", words(rsaTags + cbc128 + " SHA256 TLSv1.2")},
	{tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, "ECDHE-ECDSA-AES256-SHA", words(ecdsaTags + cbc256 + " SHA SHA1 TLSv1")},
	{tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, "ECDHE-RSA-AES256-SHA", words(rsaTags + cbc256 + " SHA SHA1 TLSv1")},
	{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, "ECDHE-ECDSA-AES128-SHA", words(ecdsaTags + cbc128 + " SHA SHA1 TLSv1")},
	{tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, "ECDHE-RSA-AES128-SHA", words(rsaTags + cbc128 + " SHA SHA1 TLSv1")},
	{tls.TLS_RSA_WITH_AES_256_GCM_SHA384, "AES256-GCM-SHA384", words(kRSATags + gcm256)},
	{tls.TLS_RSA_WITH_AES_128_GCM_SHA256, "AES128-GCM-SHA256", words(kRSATags + gcm128)},
	{tls.TLS_RSA_WITH_AES_128_CBC_SHA256, "AES128-SHA256", words(kRSATags + cbc128 + " SHA256 TLSv1.2")},
	{tls.TLS_RSA_WITH_AES_256_CBC_SHA, "AES256-SHA", words(kRSATags + cbc256 + " SHA SHA1 SSLv3")},
	{tls.TLS_RSA_WITH_AES_128_CBC_SHA, "AES128-SHA", words(kRSATags + cbc128 + " SHA SHA1 SSLv3")},
}

func words(tags string) []string { return append(strings.Fields(tags), "ALL", "HIGH", "DEFAULT") }

// errNoCipher is the error about a list that leaves nothing.
var errNoCipher = errors.New("no cipher match")

// Ciphers evaluates a list in OpenSSL's language (ciphers(1)). unknown are the
// elements that select nothing that crypto/tls has. crypto/tls chooses among the
// result in an order of its own.
func Ciphers(list string) (ids []uint16, unknown []string, err error) {
	var on []*suite
	banned := map[*suite]bool{}
	for el := range strings.FieldsFuncSeq(list, func(r rune) bool { return strings.ContainsRune(":, ;", r) }) {
		if el[0] == '@' {
			continue // order and security level, which crypto/tls decides
		}
		op := el[0]
		if op == '!' || op == '-' || op == '+' {
			el = el[1:]
		} else {
			op = 0
		}
		if el == "PROFILE=SYSTEM" || el == "DEFAULT@SECLEVEL=0" {
			el = "DEFAULT"
		}
		found := selected(el)
		if len(found) == 0 && op == 0 {
			unknown = append(unknown, el)
		}
		for _, s := range found {
			has := slices.Contains(on, s)
			switch {
			case op == '!':
				banned[s] = true
				fallthrough
			case op == '-':
				on = slices.DeleteFunc(on, func(o *suite) bool { return o == s })
			case op == '+' && has:
				on = append(slices.DeleteFunc(on, func(o *suite) bool { return o == s }), s)
			case op == 0 && !has && !banned[s]:
				on = append(on, s)
			}
		}
	}
	if len(on) == 0 {
		return nil, unknown, errNoCipher
	}
	for _, s := range on {
		ids = append(ids, s.id)
	}
	return ids, unknown, nil
}

// selected are the suites of an element: a name, or words joined by "+".
func selected(el string) []*suite {
	var found []*suite
	for i := range suites {
		s := &suites[i]
		if s.name == el || s.has(strings.Split(el, "+")) {
			found = append(found, s)
		}
	}
	return found
}

func (s *suite) has(tags []string) bool {
	for _, t := range tags {
		if !slices.Contains(s.tags, t) {
			return false
		}
	}
	return true
}

// suites13 are the suites of TLS 1.3 that OpenSSL has; crypto/tls has those that
// are true, and uses them all.
var suites13 = map[string]bool{
	"TLS_AES_128_GCM_SHA256": true, "TLS_AES_256_GCM_SHA384": true, "TLS_CHACHA20_POLY1305_SHA256": true,
	"TLS_AES_128_CCM_SHA256": false, "TLS_AES_128_CCM_8_SHA256": false,
}

// CheckSuites13 checks a list of TLS 1.3 suites. all tells whether it names every
// one that crypto/tls has.
func CheckSuites13(list string) (all bool, err error) {
	n := 0
	for name := range strings.SplitSeq(list, ":") {
		ours, ok := suites13[name]
		if !ok {
			return false, errNoCipher
		}
		if ours {
			n++
		}
	}
	if n == 0 {
		return false, errNoCipher
	}
	return n == 3, nil
}

// CipherName is OpenSSL's name of a suite.
func CipherName(id uint16) string {
	switch id {
	case 0:
		return ""
	case tls.TLS_AES_128_GCM_SHA256, tls.TLS_AES_256_GCM_SHA384, tls.TLS_CHACHA20_POLY1305_SHA256:
		return tls.CipherSuiteName(id)
	}
	for i := range suites {
		if suites[i].id == id {
			return suites[i].name
		}
	}
	return tls.CipherSuiteName(id)
}

// KeySize is the size of a suite's symmetric key in bits.
func KeySize(id uint16) int {
	if id == tls.TLS_AES_256_GCM_SHA384 || id == tls.TLS_CHACHA20_POLY1305_SHA256 {
		return 256
	}
	for i := range suites {
		if s := &suites[i]; s.id == id && (slices.Contains(s.tags, "AES256") || slices.Contains(s.tags, "CHACHA20")) {
			return 256
		}
	}
	return 128
}
