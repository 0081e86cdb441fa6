using System.Net;
using Sluice.Net;
using Xunit;

namespace Sluice.Tests.Net;

/// <summary>Addresses and prefixes as numbers: they agree with the framework's own.</summary>
public class PrefixTests
{
    [Theory]
    [InlineData("10.1.2.3/8", "10.0.0.0/8", 8)]
    [InlineData("10.1.2.3", "10.1.2.3", 32)]
    [InlineData("0.0.0.0/0", "0.0.0.0/0", 0)]
    [InlineData("10.1.2.3/255.255.0.0", "10.1.0.0/16", 16)]
    [InlineData("10.1.2.3/255.0.0.255", "10.0.0.3/255.0.0.255", -1)]
    [InlineData("2001:db8::1/64", "2001:db8::/64", 64)]
    [InlineData("2001:db8:1:2:3:4:5:6/65", "2001:db8:1:2::/65", 65)]
    [InlineData("2001:db8::1", "2001:db8::1", 128)]
    [InlineData("::/0", "::/0", 0)]
    [InlineData("2001:db8::1/ffff::ffff", "2001::1/ffff::ffff", -1)]
    public void A_prefix_is_read_and_printed(string text, string printed, int length)
    {
        var prefix = Prefix.Parse(text);
        Assert.Equal(printed, prefix.ToString());
        Assert.Equal(length, prefix.Length);
        Assert.Equal(length == 0, prefix.IsAny);
        Assert.Equal(length == prefix.Address.Width, prefix.IsHost);
        Assert.Equal(prefix, Prefix.Parse(prefix.ToCidrString()));
        Assert.Equal(prefix, Prefix.WithMask(NetAddress.Parse(text.Split('/')[0]), prefix.Mask));
    }

    [Fact]
    public void Every_length_contains_what_the_framework_says()
    {
        var random = new Random(5);
        foreach (var width in new[] { 32, 128 })
        {
            for (var i = 0; i < 2000; i++)
            {
                var bytes = new byte[width / 8];
                random.NextBytes(bytes);
                var address = new IPAddress(bytes);
                var length = random.Next(width + 1);
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                var other = new IPAddress(bytes);
                var prefix = Prefix.Of(NetAddress.From(address), length);
                var network = new IPNetwork(prefix.Address.ToIPAddress(), length);
                Assert.Equal(network.Contains(other), prefix.Contains(NetAddress.From(other)));
                Assert.True(prefix.Contains(NetAddress.From(address)), $"{prefix} {address}");
                Assert.Equal(length, prefix.Length);
                Assert.Equal(address, NetAddress.From(address).ToIPAddress());
                Assert.Equal(NetAddress.From(address), NetAddress.Parse(address.ToString()));
                Assert.Equal(NetAddress.From(address), new NetAddress(prefix.Family, NetAddress.From(address).Bits));
            }
        }
    }

    [Theory]
    [InlineData("127.0.0.53", "loopback")]
    [InlineData("::1", "loopback")]
    [InlineData("224.0.0.251", "multicast")]
    [InlineData("ff02::1", "multicast")]
    [InlineData("169.254.169.254", "link")]
    [InlineData("fe80::1", "link")]
    [InlineData("febf::1", "link")]
    [InlineData("fec0::1", "")]
    [InlineData("0.0.0.0", "unspecified")]
    [InlineData("::", "unspecified")]
    [InlineData("192.0.2.1", "")]
    [InlineData("2001:db8::1", "")]
    public void An_address_is_of_its_kind_only(string text, string kind)
    {
        var address = NetAddress.Parse(text);
        Assert.Equal(
            [kind == "loopback", kind == "multicast", kind == "link", kind == "unspecified"],
            [address.IsLoopback, address.IsMulticast, address.IsLinkLocal, address.IsUnspecified]);
    }

    [Fact]
    public void Addresses_sort_by_family_then_number()
    {
        string[] sorted = ["0.0.0.1", "10.0.0.1", "255.0.0.0", "::1", "2001:db8::1", "2001:db8:0:0:1::", "ff02::1"];
        Assert.Equal(sorted, sorted.Reverse().Select(NetAddress.Parse).Order().Select(a => a.ToString()));
    }
}
