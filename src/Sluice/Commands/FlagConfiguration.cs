using System.CommandLine;
using Sluice.Input;
using Sluice.Kubernetes.Configuration;

namespace Sluice.Commands;

/// <summary>A configuration of flags alone, checked.</summary>
internal static class FlagConfiguration
{
    /// <summary>The flags of the node, that <c>render</c> has too.</summary>
    public static IReadOnlyList<string> NodeFields { get; } =
    [
        "hostnameOverride", "bindAddress", "clusterCIDR", "detectLocalMode", "detectLocal.bridgeInterface", "detectLocal.interfaceNamePrefix", "iptables.masqueradeAll",
        "nodePortAddresses", "iptables.localhostNodePorts", "iptables.masqueradeBit", "nftables.masqueradeBit",
    ];

    /// <summary>Reads it.</summary>
    /// <exception cref="CommandFailure">It makes no sense; the flag is named.</exception>
    public static ProxyConfiguration Read(FlagSet<ProxyConfiguration> flags, ParseResult parsed)
    {
        var given = flags.Given(parsed).Select(s => s.Field!).ToHashSet(StringComparer.Ordinal);
        var configuration = ConfigurationFlags.Complete(flags.Read(parsed, ProxyConfiguration.Default), given);
        return (ConfigurationCheck.Find(configuration) ?? NodeSettingsMaker.FindProblem(configuration)) is { } problem
            ? throw new CommandFailure($"{ConfigurationTable.Of(problem.Field).FlagName}: {problem.Message}")
            : configuration;
    }
}
