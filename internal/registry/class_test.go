package registry

import "testing"

// The lists agree with the structs: options name fields that there are, no key
// is there twice, and fixed keys are valid and not those of fields.
func TestClasses(t *testing.T) {
	for _, k := range kinds() {
		names := map[string]bool{}
		for _, c := range k.classes {
			if names[c.name] {
				t.Errorf("%s %s is there twice", k.name, c.name)
			}
			names[c.name] = true
			if !c.def.Type().Implements(k.typ) {
				t.Errorf("%s %s is none", k.name, c.name)
			}
			keys, fields := map[string]string{}, map[string]bool{}
			for _, f := range c.fields() {
				fields[f.name] = true
				if other := keys[f.key]; f.key != "" && other != "" && c.field(other).several == f.several {
					t.Errorf("%s: key %q is that of %s and of %s", c.name, f.key, other, f.name)
				}
				keys[f.key] = f.name
			}
			for key, value := range c.fixed {
				if name, taken := keys[key]; taken {
					t.Errorf("%s: key %q is fixed, but that of %s", c.name, key, name)
				}
				if text, ok := value.(string); ok && len(key) > 0 && key[0] == '{' {
					t.Errorf("%s: %s: %s", c.name, key, text)
				}
			}
			for name, key := range c.keys {
				if !fields[name] && key != "-" {
					t.Errorf("%s: no field %s", c.name, name)
				}
			}
			for name, as := range c.same {
				if !fields[name] || !fields[as] {
					t.Errorf("%s: no field %s or %s", c.name, name, as)
				}
			}
			for key, name := range c.null {
				if keys[key] == "" || !c.def.FieldByName(name).IsValid() {
					t.Errorf("%s: no key %q or field %s", c.name, key, name)
				}
			}
		}
	}
}

func TestKeyOf(t *testing.T) {
	for name, want := range map[string]string{
		"Units": "units", "KernelSize": "kernel_size", "Beta1": "beta_1", "Beta2Decay": "beta_2_decay", "L1": "l1", "NoBias": "!use_bias",
		"NoCenter": "!center", "NSSteps": "ns_steps", "AdamLRRatio": "adam_lr_ratio", "AdamBeta1": "adam_beta_1", "TMul": "t_mul",
		"UseEMA": "use_ema", "EMAMomentum": "ema_momentum", "AMSGrad": "amsgrad", "Frozen": "!trainable", "MaxFPR": "max_fpr",
		"NoUnitForgetBias": "!unit_forget_bias", "MuonA": "muon_a", "K": "k", "N": "n", "NumHeads": "num_heads", "Normalize": "normalize",
	} {
		if got := keyOf(name); got != want {
			t.Errorf("keyOf(%q) = %q, expected %q", name, got, want)
		}
	}
}
