using System.Text;
using Sluice.Kubernetes.Api.Following;
using Sluice.Kubernetes.Api.Reading;
using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Objects;
using Xunit;

namespace Sluice.Tests.Api;

/// <summary>What is believed of lists and events, by their versions.</summary>
public sealed class KnownObjectsTests
{
    private readonly KnownObjects _known = new(ObjectKind.Service);

    [Fact]
    public void An_event_that_comes_twice_or_late_changes_nothing()
    {
        List("10");
        Assert.IsType<ClusterChange.Upsert>(_known.Take(Upsert("a", "12")));
        Assert.Null(_known.Take(Upsert("a", "12")));
        Assert.Null(_known.Take(Upsert("a", "11")));
        Assert.Null(_known.Take(Delete("a", "11")));
        Assert.IsType<ClusterChange.Delete>(_known.Take(Delete("a", "14")));
        Assert.Null(_known.Take(Delete("a", "14")));
        Assert.Null(_known.Take(Upsert("a", "13")));
        Assert.IsType<ClusterChange.Upsert>(_known.Take(Upsert("a", "15")));
        Assert.Equal(5, _known.Ignored);
        Assert.Equal("15", _known.Latest.ToString());
    }

    [Fact]
    public void A_deletion_may_have_the_version_that_the_object_had_last()
    {
        List("10");
        _known.Take(Upsert("a", "12"));
        Assert.IsType<ClusterChange.Delete>(_known.Take(Delete("a", "12")));
        Assert.Null(_known.Take(Upsert("a", "12")));
    }

    [Fact]
    public void An_event_that_was_overtaken_by_those_of_others_still_counts()
    {
        List("10");
        _known.Take(Upsert("a", "20"));
        Assert.IsType<ClusterChange.Upsert>(_known.Take(Upsert("b", "15")));
        Assert.Equal("20", _known.Latest.ToString());
    }

    [Fact]
    public void Versions_that_are_no_numbers_are_told_apart_and_believed_in_the_order_they_come()
    {
        List("x1");
        Assert.IsType<ClusterChange.Upsert>(_known.Take(Upsert("a", "x9")));
        Assert.Null(_known.Take(Upsert("a", "x9")));
        Assert.IsType<ClusterChange.Upsert>(_known.Take(Upsert("a", "x2")));
        Assert.Equal("x2", _known.Latest.ToString());
    }

    [Fact]
    public void A_list_tells_what_is_new_and_what_is_gone()
    {
        List("10", ("a", "1"), ("b", "2"));
        var changes = List("20", ("b", "2"), ("c", "15"));
        Assert.Equal(["c"], changes.OfType<ClusterChange.Upsert>().Select(c => c.Object.Name.Name));
        Assert.Equal(["a"], changes.OfType<ClusterChange.Delete>().Select(c => c.Object.Name.Name));
    }

    private List<ClusterChange> List(string version, params (string Name, string Version)[] items)
    {
        _known.BeginList(takesAll: false);
        var changes = items.Select(i => _known.Listed(Item(i.Name, i.Version))).OfType<ClusterChange>().ToList();
        return [.. changes, .. _known.EndList(Version(version))];
    }

    private static WatchEvent.Upsert Upsert(string name, string version) => new(Item(name, version));

    private static WatchEvent.Delete Delete(string name, string version) => new(Item(name, version) with { Object = null });

    private static ListedObject Item(string name, string version)
    {
        var known = new ObjectName("default", name);
        return new ListedObject(known, Version(version), new Service(known), null);
    }

    private static ResourceVersion Version(string text) => ResourceVersion.Parse(Encoding.UTF8.GetBytes(text));
}
