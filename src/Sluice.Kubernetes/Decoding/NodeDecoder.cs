using System.Text.Json;
using Sluice.Kubernetes.Json;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Kubernetes.Decoding;

/// <summary>Reads Nodes.</summary>
internal static class NodeDecoder
{
    // Set by the cluster autoscaler before it removes a node (cluster-autoscaler/utils/taints).
    private const string ToBeDeletedTaint = "ToBeDeletedByClusterAutoscaler";

    private static readonly FieldNames s_node = new("apiVersion", "kind", "metadata", "spec", "status");
    private static readonly FieldNames s_spec = new("podCIDR", "podCIDRs", "taints");
    private static readonly FieldNames s_taint = new("key");
    private static readonly FieldNames s_status = new("addresses");
    private static readonly FieldNames s_address = new("type", "address");

    public static Node Read(ref Utf8JsonReader json, TextPool texts)
    {
        Metadata? metadata = null;
        EquatableArray<Prefix> cidrs = [];
        var isToBeDeleted = false;
        EquatableArray<NetAddress> addresses = [];
        var fields = s_node.Open(ref json);
        while (fields.Next(ref json) is { } field)
        {
            switch (field)
            {
                case "metadata":
                    metadata = Metadata.Read(ref json, ObjectKind.Node, texts);
                    break;
                case "spec":
                    (cidrs, isToBeDeleted) = ReadSpec(ref json);
                    break;
                case "status":
                    addresses = ReadStatus(ref json);
                    break;
            }
        }

        return metadata is { } known
            ? new Node(known.Name) { Addresses = addresses, PodCidrs = cidrs, Zone = known.Zone, IsLeaving = known.IsBeingDeleted || isToBeDeleted }
            : throw json.Missing("metadata", "an object");
    }

    private static (EquatableArray<Prefix> Cidrs, bool IsToBeDeleted) ReadSpec(ref Utf8JsonReader json)
    {
        EquatableArray<Prefix> single = [], all = [];
        var isToBeDeleted = false;
        var fields = s_spec.Open(ref json);
        while (fields.Next(ref json) is { } field)
        {
            switch (field)
            {
                case "podCIDRs":
                    all = AddressLists.Cidrs(ref json);
                    break;
                case "taints":
                    isToBeDeleted = ReadTaints(ref json);
                    break;
                default:
                    single = json.Text().Length == 0 ? [] : [json.Cidr()];
                    break;
            }
        }

        return (all.Count > 0 ? all : single, isToBeDeleted);
    }

    private static bool ReadTaints(ref Utf8JsonReader json)
    {
        var isToBeDeleted = false;
        json.OpenList();
        while (json.NextElement())
        {
            for (var fields = s_taint.Open(ref json); fields.Next(ref json) is not null;)
            {
                isToBeDeleted |= json.Text() == ToBeDeletedTaint;
            }
        }

        return isToBeDeleted;
    }

    private static EquatableArray<NetAddress> ReadStatus(ref Utf8JsonReader json)
    {
        List<NetAddress> inside = [], outside = [];
        for (var fields = s_status.Open(ref json); fields.Next(ref json) is not null;)
        {
            json.OpenList();
            while (json.NextElement())
            {
                ReadAddress(ref json, inside, outside);
            }
        }

        return inside.Concat(outside).ToEquatableArray();
    }

    private static void ReadAddress(ref Utf8JsonReader json, List<NetAddress> inside, List<NetAddress> outside)
    {
        string? type = null;
        NetAddress? address = null;
        var fields = s_address.Open(ref json);
        while (fields.Next(ref json) is { } field)
        {
            if (field == "type")
            {
                type = json.Text();
            }
            else
            {
                // A host name stands here too.
                address = json.TryAddress(out var known) ? known : null;
            }
        }

        if (address is { } value && type is "InternalIP" or "ExternalIP")
        {
            (type == "InternalIP" ? inside : outside).Add(address.Value);
        }
    }
}
