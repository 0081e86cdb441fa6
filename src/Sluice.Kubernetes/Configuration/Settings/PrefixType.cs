using Sluice.Net;

namespace Sluice.Kubernetes.Configuration.Settings;

/// <summary>A range of addresses.</summary>
internal sealed class PrefixType() : SettingType<Prefix>("CIDR", "an address range such as 10.244.0.0/16")
{
    public override bool TryParse(string text, out Prefix value) =>
        Prefix.TryParse(text, out value) && value.Length >= 0 && text.Contains('/', StringComparison.Ordinal);

    public override string Format(Prefix value) => value.ToCidrString();
}
