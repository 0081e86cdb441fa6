using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Dataplane.Planning;

/// <summary>What the rules of one Service port have in common: its name, its protocol, its chains' names.</summary>
internal sealed class PortTexts
{
    /// <summary>The texts of a port.</summary>
    /// <exception cref="ArgumentException">A name is none that Kubernetes allows.</exception>
    public PortTexts(PortIntent port)
    {
        Name = RuleText.Checked(port.Name);
        Protocol = $"-m {port.Name.Protocol} -p {port.Name.Protocol}";
        var hash = ChainNaming.HashOf(port.Name);
        External = ChainNaming.ExternalPrefix + hash;
        Firewall = ChainNaming.FirewallPrefix + hash;
        Cluster = ChainNaming.ClusterPrefix + hash;
        Local = ChainNaming.LocalPrefix + hash;
        Internal = port.InternalPolicyLocal ? Local : Cluster;
    }

    /// <summary>The port as comments name it.</summary>
    public string Name { get; }

    /// <summary>The options that match its protocol.</summary>
    public string Protocol { get; }

    /// <summary>The chain for what comes from outside.</summary>
    public string External { get; }

    /// <summary>The chain that admits its source ranges.</summary>
    public string Firewall { get; }

    /// <summary>The chain of Cluster policy.</summary>
    public string Cluster { get; }

    /// <summary>The chain of Local policy.</summary>
    public string Local { get; }

    /// <summary>The chain for what comes to the cluster address.</summary>
    public string Internal { get; }

    /// <summary>The options that put a comment into a rule.</summary>
    public static string Commented(string comment) => $"-m comment --comment \"{comment}\"";

    /// <summary>The options for packets to one address and port.</summary>
    public string To(string comment, NetAddress address, int port) => $"{Commented(comment)} {Protocol} -d {address} --dport {port}";
}
