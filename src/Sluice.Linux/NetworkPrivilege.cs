namespace Sluice.Linux;

/// <summary>What it takes to change rules.</summary>
internal static class NetworkPrivilege
{
    /// <summary>What a process is told that lacks it.</summary>
    internal const string Missing = "writing rules needs root (CAP_NET_ADMIN in this network namespace): run it with sudo";

    /// <summary>What a process is told that lacks it for IPVS, which no user namespace but the first one may use.</summary>
    internal const string MissingForIpvs = "IPVS needs root (CAP_NET_ADMIN of the host's user namespace): run it with sudo";
}
