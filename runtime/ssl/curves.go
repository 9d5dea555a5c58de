package ssl

import (
	"crypto/tls"
	"errors"
	"strings"
)

// curves are OpenSSL's names of groups. Those with 0 exist there but not in
// crypto/tls.
var curves = map[string]tls.CurveID{
	"P-256": tls.CurveP256, "prime256v1": tls.CurveP256, "secp256r1": tls.CurveP256,
	"P-384": tls.CurveP384, "secp384r1": tls.CurveP384,
	"P-521": tls.CurveP521, "secp521r1": tls.CurveP521,
	"X25519": tls.X25519, "x25519": tls.X25519,
	"X448": 0, "x448": 0, "P-224": 0, "secp224r1": 0, "secp256k1": 0, "P-192": 0,
	"brainpoolP256r1": 0, "brainpoolP384r1": 0, "brainpoolP512r1": 0,
	"ffdhe2048": 0, "ffdhe3072": 0, "ffdhe4096": 0, "ffdhe6144": 0, "ffdhe8192": 0,
}

// defaultCurves are those of OpenSSL, as far as crypto/tls has them.
var defaultCurves = []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP521, tls.CurveP384}

// Curves reads a list such as "X25519:P-256". unknown are the names that OpenSSL
// knows and crypto/tls lacks.
func Curves(list string) (ids []tls.CurveID, unknown []string, err error) {
	for name := range strings.SplitSeq(list, ":") {
		id, ok := curves[name]
		switch {
		case !ok:
			return nil, nil, errors.New("unknown curve " + name)
		case id == 0:
			unknown = append(unknown, name)
		default:
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, unknown, errors.New("no curve")
	}
	return ids, unknown, nil
}
