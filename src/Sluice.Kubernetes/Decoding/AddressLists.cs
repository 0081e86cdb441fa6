using System.Text.Json;
using Sluice.Net;

namespace Sluice.Kubernetes.Decoding;

/// <summary>Reads lists of addresses and prefixes.</summary>
internal static class AddressLists
{
    /// <summary>The addresses of a list; texts that are none are left out, as kube-proxy does.</summary>
    public static EquatableArray<NetAddress> Known(ref Utf8JsonReader json)
    {
        var addresses = new List<NetAddress>();
        json.OpenList();
        while (json.NextElement())
        {
            if (json.TryAddress(out var address))
            {
                addresses.Add(address);
            }
        }

        return addresses.ToEquatableArray();
    }

    /// <summary>
    /// The prefixes of an allow list; texts that are none are left out. That only narrows the list, unless nothing is left of it: an
    /// empty list allows everyone, which nobody meant.
    /// </summary>
    public static EquatableArray<Prefix> Ranges(ref Utf8JsonReader json)
    {
        var ranges = new List<Prefix>();
        DecodeException? refused = null;
        json.OpenList();
        while (json.NextElement())
        {
            if (json.TryPrefix(out var range))
            {
                ranges.Add(range);
            }
            else
            {
                refused ??= json.Unexpected("a CIDR such as 10.0.0.0/8");
            }
        }

        return ranges.Count == 0 && refused is not null ? throw refused : ranges.ToEquatableArray();
    }

    /// <summary>The prefixes of a list, all of which must be.</summary>
    public static EquatableArray<Prefix> Cidrs(ref Utf8JsonReader json)
    {
        var cidrs = new List<Prefix>();
        json.OpenList();
        while (json.NextElement())
        {
            cidrs.Add(json.Cidr());
        }

        return cidrs.ToEquatableArray();
    }
}
