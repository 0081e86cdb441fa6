using Sluice.Linux.Interop;

namespace Sluice.Linux.Netlink.Generic;

/// <summary>Generic netlink (linux/genetlink.h): parts of the kernel that have a name, and a number only while it runs.</summary>
internal static class GenericNetlink
{
    /// <summary>The bytes between the netlink header and the attributes (struct genlmsghdr: command, version, two unused).</summary>
    internal const int HeaderBytes = 4;

    private const ushort GENL_ID_CTRL = 16;
    private const byte CTRL_CMD_GETFAMILY = 3;
    private const int CTRL_ATTR_FAMILY_ID = 1;
    private const int CTRL_ATTR_FAMILY_NAME = 2;

    /// <summary>The number of a family; the kernel loads the module that has it, where it can.</summary>
    /// <param name="socket">A socket of NETLINK_GENERIC.</param>
    /// <param name="name">The family's name.</param>
    /// <param name="id">The number: the type of the family's messages.</param>
    /// <returns>Why there is none.</returns>
    internal static NetlinkFault? Resolve(NetlinkSocket socket, string name, out ushort id)
    {
        using var request = new NetlinkWriter();
        request.BeginMessage(GENL_ID_CTRL, NetlinkMessages.NLM_F_ACK, [CTRL_CMD_GETFAMILY, 1, 0, 0]);
        request.Text(CTRL_ATTR_FAMILY_NAME, name);
        return Ask(socket, request, name, out id);
    }

    /// <summary>The number of a family that the kernel has loaded; asking for all of them loads none.</summary>
    /// <param name="socket">A socket of NETLINK_GENERIC.</param>
    /// <param name="name">The family's name.</param>
    /// <param name="id">The number: the type of the family's messages.</param>
    /// <returns>Why there is none.</returns>
    internal static NetlinkFault? Find(NetlinkSocket socket, string name, out ushort id)
    {
        using var request = new NetlinkWriter();
        request.BeginMessage(GENL_ID_CTRL, NetlinkMessages.NLM_F_DUMP, [CTRL_CMD_GETFAMILY, 1, 0, 0]);
        return Ask(socket, request, name, out id);
    }

    private static NetlinkFault? Ask(NetlinkSocket socket, NetlinkWriter request, string name, out ushort id)
    {
        ushort found = 0;
        var fault = socket.Ask(request, HeaderBytes, attributes =>
        {
            ushort number = 0;
            var isWanted = false;
            var reader = new NetlinkReader(attributes);
            while (reader.Next())
            {
                switch (reader.Type)
                {
                    case CTRL_ATTR_FAMILY_ID: number = reader.HostUInt16; break;
                    case CTRL_ATTR_FAMILY_NAME: isWanted = reader.Text == name; break;
                    default: break;
                }
            }

            found = isWanted ? number : found;
        });
        id = found;
        return fault ?? (found == 0 ? new NetlinkFault(Libc.ENOENT) : null);
    }
}
