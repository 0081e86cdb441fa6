using Sluice.Dataplane.Diff;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Dataplane.Planning.Ipvs;

/// <summary>What a comparison found, in words made of the steps that mend it.</summary>
internal sealed class IpvsFindings
{
    private readonly FindingList _findings = new();

    /// <summary>Adds what a step mends.</summary>
    public void Add(IpvsStep step)
    {
        switch (step)
        {
            case IpvsStep.CreateSet { Set: var set }:
                _findings.Add("missing sets", () => $"set {set.Name} is missing");
                break;
            case IpvsStep.ReplaceSet { Set: var set }:
                _findings.Add("sets of another kind", () => $"set {set.Name} is of another kind or too small");
                break;
            case IpvsStep.AddEntry { Set: var set, Entry: var entry }:
                _findings.Add("missing or different entries", () => $"set {set.Name} lacks {Text(entry)}");
                break;
            case IpvsStep.RemoveEntry { Set: var set, Entry: var entry }:
                _findings.Add("stale entries", () => $"set {set.Name} has {Text(entry)}, which is stale");
                break;
            case IpvsStep.AddAddress { Address: var address }:
                _findings.Add("missing addresses", () => $"{IpvsLayout.Interface} lacks {address}");
                break;
            case IpvsStep.RemoveAddress { Address: var address }:
                _findings.Add("stale addresses", () => $"{IpvsLayout.Interface} has {address}, which is stale");
                break;
            case IpvsStep.AddServer { Server: var server }:
                _findings.Add("missing virtual servers", () => $"virtual server {server.Key} is missing");
                break;
            case IpvsStep.EditServer { Server: var server }:
                _findings.Add("virtual servers with other settings", () => $"virtual server {server.Key} has other settings");
                break;
            case IpvsStep.RemoveServer { Key: var key }:
                _findings.Add("stale virtual servers", () => $"virtual server {key} is stale");
                break;
            case IpvsStep.AddReal { Key: var key, Real: var real }:
                _findings.Add("missing real servers", () => $"virtual server {key} lacks {real}");
                break;
            case IpvsStep.EditReal { Key: var key, Real: var real }:
                _findings.Add("real servers with another weight", () => $"virtual server {key} has {real} with another weight than {real.Weight}");
                break;
            case IpvsStep.RemoveReal { Key: var key, Real: var real }:
                _findings.Add("stale real servers", () => $"virtual server {key} has {real}, which is stale");
                break;
            default:
                break;
        }
    }

    /// <summary>One line each.</summary>
    public IReadOnlyList<string> ToLines() => _findings.ToLines();

    private static string Text(IpSetEntry entry) => string.Join(',', entry.Values.Select(v => v switch
    {
        IpSetValue.Network network => network.Prefix.ToString(),
        IpSetValue.Port { Protocol: { } protocol } port => $"{protocol}:{port.Number}",
        IpSetValue.Port port => $"{port.Number}",
        _ => v.ToString(),
    }));
}
