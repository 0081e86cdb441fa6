using Sluice.Net;

namespace Sluice.Kubernetes.Configuration.Settings;

/// <summary>An address.</summary>
internal sealed class AddressType() : SettingType<NetAddress>("ADDRESS", "an IP address")
{
    // What stands in brackets may have a port.
    public override bool TryParse(string text, out NetAddress value)
    {
        value = default;
        return !text.Contains('[', StringComparison.Ordinal) && NetAddress.TryParse(text, out value);
    }

    public override string Format(NetAddress value) => value.ToString();
}
