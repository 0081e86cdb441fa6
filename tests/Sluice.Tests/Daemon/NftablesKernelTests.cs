using Sluice.Dataplane.Planning.Nftables;
using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Objects;
using Sluice.Linux.Netlink.Nftables;
using Sluice.Net;
using Sluice.Netfilter.Nftables.Changes;
using Xunit;

namespace Sluice.Tests.Daemon;

public sealed class NftablesKernelTests
{
    private readonly NftWorkerRig _rig = new();

    [Fact]
    public async Task The_first_sync_makes_the_table_and_a_restart_writes_nothing()
    {
        _rig.Put(1, ServiceType.LoadBalancer, endpoints: [0, 1, 2]);
        _rig.Put(2);
        Assert.True(await _rig.SyncAsync());
        _rig.AssertHolds();
        var commits = _rig.Kernel.Commits;
        _rig.Restart();
        Assert.True(await _rig.SyncAsync());
        Assert.Equal(commits, _rig.Kernel.Commits);
        Assert.Empty(_rig.Last.Result.Findings);
    }

    [Fact]
    public async Task An_endpoint_that_takes_anothers_place_is_two_elements_and_one_commit_and_reads_nothing()
    {
        _rig.Put(1, endpoints: [0, 1, 2]);
        _rig.Put(2, endpoints: [0, 1, 2]);
        await _rig.SyncAsync();
        var (commits, elements, reads) = (_rig.Kernel.Commits, _rig.Kernel.Elements, _rig.Kernel.Reads);
        _rig.Put(1, endpoints: [0, 2, 3]);
        Assert.True(await _rig.SyncAsync());
        _rig.AssertHolds();

        // One slot and one hairpin pair go, and one of each comes.
        Assert.InRange(_rig.Kernel.Elements - elements, 2, 4);
        Assert.InRange(_rig.Kernel.Commits - commits, 1, 2);
        Assert.Equal(reads, _rig.Kernel.Reads);
    }

    [Fact]
    public async Task An_audit_reads_only_when_somebody_wrote_rules_and_mends_what_differs()
    {
        _rig.Put(1, endpoints: [0, 1]);
        await _rig.SyncAsync();
        var reads = _rig.Kernel.Reads;
        Assert.True(await _rig.SyncAsync(audits: true));
        Assert.Equal(reads, _rig.Kernel.Reads);

        var layout = new NftablesLayout(_rig.Options, _rig.Node);
        var damage = layout.NewTransaction();
        var slot = new ElementChange { Set = layout.IndexOf(TableSet.Hairpin), IsDelete = true };
        slot.SizeKey(8);
        ((byte[])[10, 0, 1, 1, 10, 0, 1, 1]).CopyTo(slot.Key);
        damage.Elements.Add(slot);
        _rig.Kernel.Damage(damage);
        Assert.True(await _rig.SyncAsync(audits: true));
        Assert.Equal("set hairpin: elements 1 missing", Assert.Single(_rig.Last.Result.Findings));
        _rig.AssertHolds();
    }

    [Fact]
    public async Task A_table_that_was_removed_is_made_again_whole()
    {
        _rig.Put(1, ServiceType.NodePort, endpoints: [0, 1]);
        await _rig.SyncAsync();
        _rig.Kernel.Damage(transaction: null);
        Assert.True(await _rig.SyncAsync(audits: true));
        _rig.AssertHolds();
    }

    [Fact]
    public async Task Another_profile_of_the_node_changes_only_what_differs()
    {
        _rig.Put(1, ServiceType.NodePort, endpoints: [0, 1]);
        await _rig.SyncAsync();
        var elements = _rig.Kernel.Elements;
        _rig.Node = _rig.Node with { LocalAddresses = [.. _rig.Node.LocalAddresses, NetAddress.Parse("192.0.2.201")] };
        Assert.True(await _rig.SyncAsync(audits: true));
        _rig.AssertHolds();
        Assert.Equal(elements + 1, _rig.Kernel.Elements);
    }

    [Fact]
    public async Task A_new_range_of_cluster_addresses_is_in_the_table_at_the_next_sync()
    {
        _rig.Put(1, endpoints: [0]);
        await _rig.SyncAsync();
        Assert.True(_rig.Desired.Apply([new ClusterChange.Upsert(new ServiceCidr(new ObjectName("", "more")) { Cidrs = [Prefix.Parse("172.31.0.0/16")] })]));
        Assert.True(await _rig.SyncAsync());
        Assert.NotEmpty(_rig.Kernel.Model!.ToTable().FindSet("service-cidrs")!.Elements);
        _rig.AssertHolds();
    }

    [Fact]
    public async Task A_failure_leads_to_a_comparison_with_the_kernel()
    {
        _rig.Put(1, endpoints: [0]);
        await _rig.SyncAsync();
        _rig.Put(1, endpoints: [0, 1]);
        _rig.Kernel.Fault = () => new NftCommitResult.Failed("no answer");
        Assert.False(await _rig.SyncAsync());
        Assert.Equal("no answer", _rig.Last.Result.Problem);
        _rig.Kernel.Fault = () => null;
        Assert.True(await _rig.SyncAsync());
        _rig.AssertHolds();
    }

    [Fact]
    public async Task A_Service_that_the_kernel_refuses_does_not_hold_up_others()
    {
        _rig.Put(1, endpoints: [0]);
        await _rig.SyncAsync();
        _rig.Kernel.Refuses = comment => comment.StartsWith("ns/s2", StringComparison.Ordinal);
        for (var i = 2; i < 8; i++)
        {
            _rig.Put(i, endpoints: [0, 1]);
        }

        Assert.False(await _rig.SyncAsync());
        for (var i = 0; i < 3; i++)
        {
            await _rig.SyncAsync();
        }

        _rig.AssertHolds(TestCluster.NameOf(2));
        _rig.Kernel.Refuses = _ => false;
        Assert.True(await _rig.SyncAsync(audits: true));
        _rig.AssertHolds();
    }

    [Fact]
    public Task Whatever_befalls_the_kernel_holds_the_plan_in_the_end() => Story.PlayAsync(300, PlayAsync);

    private static async Task PlayAsync(Random random, List<string> story)
    {
        var rig = new NftWorkerRig();
        rig.Kernel.Fault = () => random.Next(5) == 0
            ? (NftCommitResult)(random.Next(3) switch
            {
                0 => new NftCommitResult.Failed("no answer"),
                1 => new NftCommitResult.Refused("no"),
                _ => NftCommitResult.Busy.Instance,
            })
            : null;
        HeldSurvey? survey = null;
        for (var step = 0; step < 40; step++)
        {
            switch (random.Next(10))
            {
                case <= 4:
                    var changes = rig.Cluster.Change(random);
                    story.Add($"change {string.Join(", ", changes)}");
                    rig.Desired.Apply(changes);
                    break;
                case <= 6:
                    story.Add($"sync {await rig.SyncAsync()}");
                    break;
                case 7 when survey is null:
                    survey = await HeldSurvey.BeginAsync(rig);
                    story.Add($"an audit begins{(survey is null ? " and ends" : "")}");
                    break;
                case 7:
                    story.Add($"an audit ends {await EndAsync()}");
                    break;
                case 8:
                    story.Add("damage");
                    Damage(rig, random);
                    break;
                default:
                    story.Add("restart");
                    await EndAsync();
                    rig.Restart();
                    break;
            }
        }

        await EndAsync();
        rig.Kernel.Fault = () => null;
        for (var i = 0; i < 3; i++)
        {
            story.Add($"sync {await rig.SyncAsync()}");
        }

        Assert.True(await rig.SyncAsync(audits: true));
        rig.AssertHolds();

        // And it stays so without another write, but that a restart removes the chains of counts that are no longer in use.
        var commits = rig.Kernel.Commits;
        Assert.True(await rig.SyncAsync(audits: true));
        Assert.Equal(commits, rig.Kernel.Commits);
        var elements = rig.Kernel.Elements;
        for (var i = 0; i < 2; i++)
        {
            commits = rig.Kernel.Commits;
            rig.Restart();
            Assert.True(await rig.SyncAsync());
        }

        Assert.Equal((commits, elements), (rig.Kernel.Commits, rig.Kernel.Elements));

        async Task<bool> EndAsync()
        {
            using var held = survey;
            survey = null;
            return held is null || await held.EndAsync();
        }
    }

    // What others do: they remove elements at random, or the whole table.
    private static void Damage(NftWorkerRig rig, Random random)
    {
        if (rig.Kernel.Model?.ToTable() is not { } table)
        {
            return;
        }

        if (random.Next(4) == 0)
        {
            rig.Kernel.Damage(transaction: null);
            return;
        }

        var damage = new NftTransaction(table.Family, table.Name, table.Sets);
        for (var set = 0; set < table.Sets.Count; set++)
        {
            foreach (var element in table.Sets[set].Elements)
            {
                if (random.Next(6) == 0)
                {
                    var removal = new ElementChange { Set = (byte)set, IsDelete = true };
                    removal.SizeKey(element.First.Length, isRange: !element.IsSingle);
                    element.First.Span.CopyTo(removal.Key);
                    if (!element.IsSingle)
                    {
                        element.Last.Span.CopyTo(removal.Last);
                    }

                    damage.Elements.Add(removal);
                }
            }
        }

        rig.Kernel.Damage(damage);
    }
}
