namespace Sluice.Dataplane.Planning;

/// <summary>The modes that have rules in iptables. Some of their chains have the same names.</summary>
public enum RuleMode
{
    /// <summary>Everything is in rules.</summary>
    Iptables,

    /// <summary>Rules mark and filter, IPVS balances.</summary>
    Ipvs,
}
