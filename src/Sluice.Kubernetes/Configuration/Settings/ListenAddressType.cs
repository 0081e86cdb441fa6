namespace Sluice.Kubernetes.Configuration.Settings;

/// <summary>An address to serve on, or an empty text for none.</summary>
/// <param name="usualPort">The port where none is said.</param>
internal sealed class ListenAddressType(int usualPort) : SettingType<ListenAddress?>("ADDRESS[:PORT]", "an IP address and a port from 1 to 65535, such as 0.0.0.0:10256 or [::]:10256")
{
    public override bool TryParse(string text, out ListenAddress? value)
    {
        value = ListenAddress.Read(text, usualPort);
        return value is not null || text.Length == 0;
    }

    public override string Format(ListenAddress? value) => value?.ToString() ?? "";
}
