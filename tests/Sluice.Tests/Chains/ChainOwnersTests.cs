using Sluice.Dataplane.Chains;
using Xunit;

namespace Sluice.Tests.Chains;

public sealed class ChainOwnersTests
{
    [Theory]
    [InlineData("KUBE-SVC-M42ZCW2EYUCRBVAF", "kube-proxy")]
    [InlineData("KUBE-MARK-DROP", "kubelet")]
    [InlineData("KUBE-KUBELET-CANARY", "kubelet")]
    [InlineData("KUBE-ROUTER-SERVICES", "kube-router")]
    [InlineData("DOCKER-ISOLATION-STAGE-1", "Docker")]
    [InlineData("FLANNEL-POSTRTG", "flannel")]
    [InlineData("CNI-DN-0123456789abcdef01234", "CNI portmap")]
    [InlineData("CNI-9b1f3c6f0a1b2c3d4e5f6a7b", "CNI bridge")]
    [InlineData("cali-fw-cali1234", "Calico")]
    [InlineData("CILIUM_POST_nat", "Cilium")]
    [InlineData("ISTIO_OUTPUT", "Istio")]
    [InlineData("ts-forward", "Tailscale")]
    [InlineData("ufw-before-input", "ufw")]
    [InlineData("IN_public_allow", "firewalld")]
    [InlineData("POSTROUTING_ZONES_SOURCE", "firewalld")]
    [InlineData("WEAVE-NPC-DEFAULT", "Weave Net")]
    [InlineData("LIBVIRT_FWI", "libvirt")]
    [InlineData("POSTROUTING", "kernel")]
    public void A_chains_name_tells_its_maker(string chain, string owner) => Assert.Equal(owner, ChainOwners.Find(chain)?.Owner);

    [Theory]
    [InlineData("my-chain")]
    [InlineData("KUBE")]
    [InlineData("")]
    public void Other_names_tell_nothing(string chain) => Assert.Null(ChainOwners.Find(chain));

    [Fact]
    public void Every_entry_can_be_met_and_explains_itself_in_one_sentence()
    {
        foreach (var (pattern, owner) in ChainOwners.All)
        {
            Assert.True(ChainOwners.Find(pattern.Replace('*', 'x')) == owner, $"{pattern} is hidden by an earlier entry");
            Assert.EndsWith(".", owner.Purpose, StringComparison.Ordinal);
            Assert.InRange(owner.Purpose.Length, 10, 120);
        }
    }
}
