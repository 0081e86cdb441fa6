namespace Sluice.KernelTests.Lab;

/// <summary>Which iptables programs load the rules: those over nf_tables or the old ones.</summary>
public enum LabVariant
{
    Nft,
    Legacy,
}
