namespace Sluice.KernelTests.Lab;

/// <summary>Names of the iptables programs.</summary>
internal static class LabPrograms
{
    internal static string Name(LabFamily family, LabVariant variant, string verb) =>
        $"{(family == LabFamily.IPv4 ? "iptables" : "ip6tables")}-{(variant == LabVariant.Nft ? "nft" : "legacy")}-{verb}";
}
