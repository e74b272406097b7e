using System.Text;

namespace GrpoMonteCarlo.Parquet;

/// <summary>Reads Thrift's compact protocol from bytes that nobody vouches for.</summary>
/// <remarks>Every count is at most the bytes that are left, since no element takes less than one.</remarks>
/// <param name="data">The bytes, from the first struct's first field.</param>
/// <param name="where">What the bytes are, for the messages of <see cref="ParquetException"/>.</param>
internal ref struct ThriftReader(ReadOnlySpan<byte> data, string where)
{
    // Parquet's own structs are at most about eight deep.
    private const int MaxDepth = 32;

    private readonly ReadOnlySpan<byte> _data = data;
    private readonly string _where = where;
    private int _position;

    /// <summary>How many bytes were read.</summary>
    public readonly int Position => _position;

    private readonly int Remaining => _data.Length - _position;

    /// <summary>Moves to the next field of the open struct; false at its end.</summary>
    /// <param name="field">The id of the field before (0 at a struct's start); becomes this one's.</param>
    /// <param name="type">This field's type.</param>
    public bool NextField(ref int field, out ThriftType type)
    {
        int header = ReadByte();
        type = (ThriftType)(header & 0x0F);
        if (header == 0)
        {
            return false;
        }

        int distance = header >> 4;
        long id = distance == 0 ? ReadZigZag() : field + distance;
        if (id is < short.MinValue or > short.MaxValue)
        {
            throw Bad($"a field id of {id}");
        }

        field = (int)id;
        return true;
    }

    public readonly bool ReadBool(ThriftType type) => type switch
    {
        ThriftType.True => true,
        ThriftType.False => false,
        _ => throw Bad($"a field of type {type} where a boolean belongs"),
    };

    public int ReadInt32(ThriftType type)
    {
        Expect(type, ThriftType.Int32);
        long value = ReadZigZag();
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Bad($"{value}, which is not a 32-bit integer");
    }

    public long ReadInt64(ThriftType type)
    {
        Expect(type, ThriftType.Int64);
        return ReadZigZag();
    }

    public ReadOnlySpan<byte> ReadBytes(ThriftType type)
    {
        Expect(type, ThriftType.Binary);
        return Take(ReadVarint());
    }

    public string ReadText(ThriftType type)
    {
        ReadOnlySpan<byte> bytes = ReadBytes(type);
        try
        {
            return Format.Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new ParquetException($"{_where}, byte {_position}: text that is not UTF-8", e);
        }
    }

    /// <summary>Reads a list's head and returns how many elements follow.</summary>
    public int ReadList(ThriftType type, ThriftType elements)
    {
        Expect(type, ThriftType.List);
        int count = ReadListHeader(out ThriftType found);
        if (count > 0)
        {
            Expect(found, elements);
        }

        return count;
    }

    public readonly void Expect(ThriftType found, ThriftType wanted)
    {
        if (found != wanted)
        {
            throw Bad($"a {found} where a {wanted} belongs");
        }
    }

    public void Skip(ThriftType type) => Skip(type, inList: false, depth: 0);

    public readonly ParquetException Bad(string what) => new($"{_where}, byte {_position}: {what}");

    private void Skip(ThriftType type, bool inList, int depth)
    {
        if (depth > MaxDepth)
        {
            throw Bad($"structures nested more than {MaxDepth} deep");
        }

        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                // A field's boolean is in its type; an element's has a byte of its own.
                Take(inList ? 1u : 0u);
                break;
            case ThriftType.Byte:
                Take(1);
                break;
            case ThriftType.Int16 or ThriftType.Int32 or ThriftType.Int64:
                ReadVarint();
                break;
            case ThriftType.Double:
                Take(8);
                break;
            case ThriftType.Uuid:
                Take(16);
                break;
            case ThriftType.Binary:
                Take(ReadVarint());
                break;
            case ThriftType.List or ThriftType.Set:
                int count = ReadListHeader(out ThriftType elements);
                for (int i = 0; i < count; i++)
                {
                    Skip(elements, inList: true, depth + 1);
                }

                break;
            case ThriftType.Map:
                SkipMap(depth);
                break;
            case ThriftType.Struct:
                int field = 0;
                while (NextField(ref field, out ThriftType inner))
                {
                    Skip(inner, inList: false, depth + 1);
                }

                break;
            default:
                throw Bad($"a field of the unknown type {(int)type}");
        }
    }

    private void SkipMap(int depth)
    {
        int count = CheckCount(ReadVarint());
        int types = count == 0 ? 0 : ReadByte();
        for (int i = 0; i < count; i++)
        {
            Skip((ThriftType)(types >> 4), inList: true, depth + 1);
            Skip((ThriftType)(types & 0x0F), inList: true, depth + 1);
        }
    }

    private int ReadListHeader(out ThriftType elements)
    {
        int header = ReadByte();
        elements = (ThriftType)(header & 0x0F);
        int count = header >> 4;
        return CheckCount(count == 15 ? ReadVarint() : (ulong)count);
    }

    private readonly int CheckCount(ulong count) => count <= (ulong)Remaining
        ? (int)count
        : throw Bad($"a list of {count} elements in {Remaining} bytes");

    private long ReadZigZag()
    {
        ulong value = ReadVarint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            int next = ReadByte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Bad("an integer of more than ten bytes");
    }

    private int ReadByte() => Take(1)[0];

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)Remaining)
        {
            throw Bad($"{count} bytes belong here, {Remaining} are left");
        }

        ReadOnlySpan<byte> taken = _data.Slice(_position, (int)count);
        _position += (int)count;
        return taken;
    }
}
