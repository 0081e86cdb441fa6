using Sluice.Kubernetes.Objects;

namespace Sluice.Kubernetes.Cluster;

/// <summary>EndpointSlices by name and by Service. An array that was handed out never changes.</summary>
internal sealed class SliceStore
{
    private readonly Dictionary<ObjectName, EndpointSlice> _slices = [];
    private readonly Dictionary<ObjectName, EndpointSlice[]> _ofService = [];

    public EndpointSlice? Find(ObjectName name) => _slices.GetValueOrDefault(name);

    /// <summary>The slices of a Service, by name.</summary>
    public EndpointSlice[] Of(ObjectName service) => _ofService.GetValueOrDefault(service, []);

    /// <summary>Puts a slice in the place of another of the same name; null for none.</summary>
    public void Replace(EndpointSlice? old, EndpointSlice? value)
    {
        if (old is { Service: { } before })
        {
            _slices.Remove(old.Name);
            var rest = Array.FindAll(Of(before), s => s.Name != old.Name);
            if (rest.Length == 0)
            {
                _ofService.Remove(before);
            }
            else
            {
                _ofService[before] = rest;
            }
        }

        if (value is { Service: { } after })
        {
            _slices.Add(value.Name, value);
            var slices = Of(after);
            var at = Array.FindIndex(slices, s => s.Name.CompareTo(value.Name) > 0);
            at = at < 0 ? slices.Length : at;
            _ofService[after] = [.. slices.AsSpan(0, at), value, .. slices.AsSpan(at)];
        }
    }
}
