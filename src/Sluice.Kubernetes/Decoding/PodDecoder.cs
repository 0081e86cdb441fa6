using System.Text.Json;
using Sluice.Kubernetes.Json;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Kubernetes.Decoding;

/// <summary>Reads Pods.</summary>
internal static class PodDecoder
{
    private static readonly FieldNames s_pod = new("apiVersion", "kind", "metadata", "spec", "status");
    private static readonly FieldNames s_spec = new("nodeName", "hostNetwork");
    private static readonly FieldNames s_status = new("phase", "podIP", "podIPs");
    private static readonly FieldNames s_podIP = new("ip");

    public static Pod Read(ref Utf8JsonReader json, TextPool texts)
    {
        Metadata? metadata = null;
        string? node = null;
        var hostNetwork = false;
        EquatableArray<NetAddress> addresses = [];
        var fields = s_pod.Open(ref json);
        while (fields.Next(ref json) is { } field)
        {
            switch (field)
            {
                case "metadata":
                    metadata = Metadata.Read(ref json, ObjectKind.Pod, texts);
                    break;
                case "spec":
                    (node, hostNetwork) = ReadSpec(ref json, texts);
                    break;
                case "status":
                    addresses = ReadStatus(ref json);
                    break;
            }
        }

        return metadata is { } known
            ? new Pod(known.Name) { Addresses = addresses, NodeName = node, HostNetwork = hostNetwork }
            : throw json.Missing("metadata", "an object");
    }

    private static (string? Node, bool HostNetwork) ReadSpec(ref Utf8JsonReader json, TextPool texts)
    {
        string? node = null;
        var hostNetwork = false;
        var fields = s_spec.Open(ref json);
        while (fields.Next(ref json) is { } field)
        {
            if (field == "hostNetwork")
            {
                hostNetwork = json.Boolean();
            }
            else
            {
                node = json.Text(texts) is { Length: 0 } ? null : json.Name(texts, NameRules.IsSubdomain, NameRules.Subdomain);
            }
        }

        return (node, hostNetwork);
    }

    private static EquatableArray<NetAddress> ReadStatus(ref Utf8JsonReader json)
    {
        var isFinished = false;
        EquatableArray<NetAddress> single = [];
        var all = new List<NetAddress>();
        var fields = s_status.Open(ref json);
        while (fields.Next(ref json) is { } field)
        {
            switch (field)
            {
                case "phase":
                    isFinished = json.Text() is "Succeeded" or "Failed";
                    break;
                case "podIP":
                    single = json.Text().Length == 0 ? [] : [json.Address()];
                    break;
                default:
                    ReadIPs(ref json, all);
                    break;
            }
        }

        // A pod that has ended keeps its addresses in the API, though another may have them by now.
        return isFinished ? [] : all.Count > 0 ? all.ToEquatableArray() : single;
    }

    private static void ReadIPs(ref Utf8JsonReader json, List<NetAddress> addresses)
    {
        json.OpenList();
        while (json.NextElement())
        {
            for (var fields = s_podIP.Open(ref json); fields.Next(ref json) is not null;)
            {
                addresses.Add(json.Address());
            }
        }
    }
}
