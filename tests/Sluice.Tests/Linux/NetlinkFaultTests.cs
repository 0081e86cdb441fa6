using System.Buffers.Binary;
using System.Text;
using Sluice.Linux.Netlink;
using Xunit;

namespace Sluice.Tests.Linux;

/// <summary>Whether the kernel's errors become sentences, whatever of its extended acknowledgement it sends.</summary>
public sealed class NetlinkFaultTests
{
    [Fact]
    public void An_acknowledgement_without_an_error_is_no_fault() => Assert.Null(Of(0, flags: 0x100));

    [Fact]
    public void An_error_alone_is_its_meaning() => Assert.Equal("table ip x does not exist, or names what does not (ENOENT)", Of(2, flags: 0x100)!.Describe("table ip x"));

    [Fact]
    public void What_the_kernel_says_comes_behind_it()
    {
        var fault = Of(22, flags: 0x300, (1, "bad thing.\0"u8.ToArray()), (2, BitConverter.GetBytes(52)), (5, BitConverter.GetBytes(7)));
        Assert.Equal(52, fault!.Offset);
        Assert.Equal("x is not valid (EINVAL); attribute 7 is missing; the kernel says: bad thing", fault.Describe("x"));
    }

    [Fact]
    public void The_whole_message_may_come_back_before_what_the_kernel_says()
    {
        // Without "capped" the message that was sent follows, padded; its length is in its own header.
        var fault = Of(95, flags: 0x200, echoed: 22, (1, "no\0"u8.ToArray()));
        Assert.Equal("no", fault!.Detail);
    }

    [Fact]
    public void An_error_nobody_knows_still_has_words()
    {
        var text = Of(71, flags: 0x100)!.Describe("x");
        Assert.StartsWith("x failed: ", text, StringComparison.Ordinal);
        Assert.EndsWith("(71)", text, StringComparison.Ordinal);
    }

    [Fact]
    public void No_cut_message_makes_the_reader_fail()
    {
        var whole = Message(22, 0x300, 16, [(1, "bad\0"u8.ToArray()), (2, BitConverter.GetBytes(52))]);
        for (var length = 0; length <= whole.Length; length++)
        {
            var cut = whole[..length];
            if (length >= 4)
            {
                BinaryPrimitives.WriteInt32LittleEndian(cut, length);
            }

            var messages = new NetlinkMessages(cut);
            while (messages.Next())
            {
                _ = NetlinkFault.Of(messages);
            }
        }
    }

    [Fact]
    public void A_comment_is_cut_between_characters()
    {
        var comment = new string('é', 200);
        var room = new byte[Sluice.Linux.Netlink.Nftables.UserData.SizeOfComment(comment)];
        Sluice.Linux.Netlink.Nftables.UserData.WriteComment(room, 0, comment);
        var read = Encoding.UTF8.GetString(Sluice.Linux.Netlink.Nftables.UserData.Comment(room));
        Assert.Equal(new string('é', 115), read);
    }

    private static NetlinkFault? Of(int errno, ushort flags, params (ushort, byte[])[] attributes) => Of(errno, flags, 16, attributes);

    private static NetlinkFault? Of(int errno, ushort flags, int echoed, params (ushort, byte[])[] attributes)
    {
        var messages = new NetlinkMessages(Message(errno, flags, echoed, attributes));
        Assert.True(messages.Next());
        return NetlinkFault.Of(messages);
    }

    // struct nlmsghdr, the error, the sent message or its header, attributes.
    private static byte[] Message(int errno, ushort flags, int echoed, (ushort Type, byte[] Value)[] attributes)
    {
        var message = new List<byte>();
        message.AddRange(new byte[4]);
        message.AddRange(BitConverter.GetBytes(NetlinkMessages.NLMSG_ERROR));
        message.AddRange(BitConverter.GetBytes(flags));
        message.AddRange(new byte[8]);
        message.AddRange(BitConverter.GetBytes(-errno));
        message.AddRange(BitConverter.GetBytes(echoed));
        message.AddRange(new byte[((echoed + 3) & ~3) - 4]);
        foreach (var (type, value) in attributes)
        {
            message.AddRange(BitConverter.GetBytes((ushort)(4 + value.Length)));
            message.AddRange(BitConverter.GetBytes(type));
            message.AddRange(value);
            message.AddRange(new byte[(4 - (value.Length % 4)) % 4]);
        }

        var bytes = message.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length);
        return bytes;
    }
}
