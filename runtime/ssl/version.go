package ssl

import "crypto/tls"

// Versions is a choice of protocol versions (5.1 "ssl-min-ver" and the like). The
// zero value leaves everything to the defaults.
type Versions struct {
	// Min and Max are what "ssl-min-ver", "ssl-max-ver" and "force-*" say, 0 for
	// nothing. SSLv3 is below all that OpenSSL and crypto/tls have.
	Min, Max uint16
	// Off is the set of versions that "no-*" switches off, a bit each from SSLv3 on.
	Off uint8
}

// SSLv3 is a version that nobody speaks any more; configurations name it.
const SSLv3 uint16 = 0x0300

// VersionNames are the words of ssl-min-ver and ssl-max-ver.
var VersionNames = map[string]uint16{
	"SSLv3": SSLv3, "TLSv1.0": tls.VersionTLS10, "TLSv1.1": tls.VersionTLS11, "TLSv1.2": tls.VersionTLS12, "TLSv1.3": tls.VersionTLS13,
}

// OptionVersions are the versions in "no-tlsv10", "force-tlsv12" and the like.
var OptionVersions = map[string]uint16{
	"sslv3": SSLv3, "tlsv10": tls.VersionTLS10, "tlsv11": tls.VersionTLS11, "tlsv12": tls.VersionTLS12, "tlsv13": tls.VersionTLS13,
}

// Disable switches a version off.
func (v *Versions) Disable(version uint16) { v.Off |= 1 << (version - SSLv3) }

// Or fills what v does not say with what d says.
func (v Versions) Or(d Versions) Versions {
	if v.Min == 0 && v.Max == 0 && v.Off == 0 {
		return d
	}
	if v.Min == 0 {
		v.Min = d.Min
	}
	if v.Max == 0 {
		v.Max = d.Max
	}
	return v
}

// Least is the lowest version where nothing says otherwise.
const Least = tls.VersionTLS12

// Range is the lowest and highest version in force; ok is false if none is left.
// ignored says that "no-*" was given beside a bound, which makes it meaningless,
// and ambiguous that only an upper bound was given and is below [Least].
func (v Versions) Range() (low, high uint16, ignored, ambiguous, ok bool) {
	low, high, off := v.Min, v.Max, v.Off
	if low != 0 || high != 0 {
		ignored, off = off != 0, 0
	}
	if high == 0 {
		high = tls.VersionTLS13
	}
	if low == 0 {
		low = min(Least, high)
		ambiguous = high < Least
	}
	low = max(low, tls.VersionTLS10)
	for low <= high && off&(1<<(low-SSLv3)) != 0 {
		low++
	}
	for low <= high && off&(1<<(high-SSLv3)) != 0 {
		high--
	}
	return low, high, ignored, ambiguous, low <= high
}

// VersionName is OpenSSL's name of a version.
func VersionName(v uint16) string {
	switch v {
	case tls.VersionTLS10:
		return "TLSv1"
	case tls.VersionTLS11:
		return "TLSv1.1"
	case tls.VersionTLS12:
		return "TLSv1.2"
	case tls.VersionTLS13:
		return "TLSv1.3"
	}
	return "unknown"
}

// OptionName is how options call a version.
func OptionName(version uint16) string {
	for name, v := range VersionNames {
		if v == version {
			return name
		}
	}
	return ""
}
