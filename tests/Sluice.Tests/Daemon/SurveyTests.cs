using System.Buffers.Binary;
using Sluice.Daemon;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Sluice.Netfilter.Nftables.Changes;
using Xunit;

namespace Sluice.Tests.Daemon;

/// <summary>Audits in nftables mode: they read while changes go on, and mend just what others changed.</summary>
public sealed class SurveyTests
{
    private readonly NftWorkerRig _rig = new();

    [Fact]
    public async Task Changes_are_written_while_a_survey_reads_and_are_not_undone_by_what_it_read()
    {
        await LoadAsync();
        RemoveHairpin("10.0.1.1");
        using var survey = await HeldSurvey.BeginAsync(_rig);
        Assert.NotNull(survey);
        var (commits, reads) = (_rig.Kernel.Commits, _rig.Kernel.Reads);
        _rig.Put(1, endpoints: [0, 2, 3, 4]);
        _rig.Put(9, endpoints: [7]);
        Assert.True(await _rig.SyncOnceAsync());
        Assert.Equal(SyncKind.Changes, _rig.Last.Kind);
        Assert.True(_rig.Kernel.Commits > commits, "the changes wait for the survey");

        Assert.True(await survey.EndAsync());
        Assert.Equal(SyncKind.Audit, _rig.Last.Kind);
        Assert.Equal(["set hairpin: elements 1 missing"], _rig.Last.Result.Findings);
        _rig.AssertHolds();
        Assert.Equal((reads, 1), (_rig.Kernel.Reads, _rig.Kernel.Questions));
    }

    [Fact]
    public async Task What_others_change_during_a_survey_is_found_by_the_next_audit()
    {
        await LoadAsync();
        RemoveHairpin("10.0.1.1");
        using var survey = await HeldSurvey.BeginAsync(_rig);
        RemoveHairpin("10.0.1.2");
        Assert.True(await survey!.EndAsync());
        Assert.Equal(["set hairpin: elements 1 missing"], _rig.Last.Result.Findings);
        Assert.True(await _rig.SyncAsync(audits: true));
        Assert.Equal(["set hairpin: elements 1 missing"], _rig.Last.Result.Findings);
        _rig.AssertHolds();
    }

    [Fact]
    public async Task After_a_survey_beside_changes_the_next_audit_reads_again_and_the_one_after_need_not()
    {
        await LoadAsync();
        RemoveHairpin("10.0.1.1");
        using (var survey = await HeldSurvey.BeginAsync(_rig))
        {
            _rig.Put(9, endpoints: [7]);
            Assert.True(await _rig.SyncOnceAsync());
            Assert.True(await survey!.EndAsync());
        }

        var surveys = 0;
        _rig.Kernel.OnSurvey = () => surveys++;
        Assert.True(await _rig.SyncAsync(audits: true));
        Assert.Equal(1, surveys);
        Assert.True(await _rig.SyncAsync(audits: true));
        Assert.Equal(1, surveys);
    }

    [Fact]
    public async Task A_Service_that_goes_during_a_survey_stays_gone()
    {
        await LoadAsync();
        RemoveHairpin("10.0.2.2");
        using var survey = await HeldSurvey.BeginAsync(_rig);
        Assert.True(_rig.Desired.Apply([new ClusterChange.Delete(TestCluster.ServiceOf(1))]));
        Assert.True(await _rig.SyncOnceAsync());
        Assert.True(await survey!.EndAsync());
        _rig.AssertHolds();
    }

    [Fact]
    public async Task Another_profile_of_the_node_during_a_survey_ends_in_its_rules()
    {
        await LoadAsync();
        RemoveHairpin("10.0.1.1");
        using var survey = await HeldSurvey.BeginAsync(_rig);
        _rig.Node = _rig.Node with { LocalAddresses = [.. _rig.Node.LocalAddresses, NetAddress.Parse("192.0.2.201")] };
        Assert.True(await _rig.SyncOnceAsync(audits: true));
        Assert.True(await survey!.EndAsync());
        _rig.AssertHolds();
    }

    private async Task LoadAsync()
    {
        _rig.Put(1, ServiceType.LoadBalancer, endpoints: [0, 1, 2]);
        _rig.Put(2, affinity: 60, endpoints: [1, 2]);
        _rig.Put(3);
        Assert.True(await _rig.SyncAsync());
    }

    // Somebody else removes an endpoint's pair with itself.
    private void RemoveHairpin(string endpoint)
    {
        var layout = new NftablesLayout(_rig.Options, _rig.Node);
        var damage = layout.NewTransaction();
        var removal = new ElementChange { Set = layout.IndexOf(TableSet.Hairpin), IsDelete = true };
        removal.SizeKey(8);
        BinaryPrimitives.WriteUInt32BigEndian(removal.Key, (uint)NetAddress.Parse(endpoint).Bits);
        removal.Key[..4].CopyTo(removal.Key[4..]);
        damage.Elements.Add(removal);
        _rig.Kernel.Damage(damage);
    }
}
