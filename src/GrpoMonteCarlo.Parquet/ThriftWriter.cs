using System.Buffers;

namespace GrpoMonteCarlo.Parquet;

/// <summary>Writes the part of Thrift's compact protocol that Parquet's footers and page headers use.</summary>
/// <remarks>Fields must be written in rising order of their ids, at most 15 apart.</remarks>
internal sealed class ThriftWriter(ArrayBufferWriter<byte> output)
{
    // The last field id of every struct that is open; a field is written as its distance from the one before.
    private readonly Stack<int> _outer = new();
    private int _lastField;

    public void Bool(int field, bool value) => Field(field, value ? ThriftType.True : ThriftType.False);

    public void Int32(int field, int value)
    {
        Field(field, ThriftType.Int32);
        Int32Element(value);
    }

    public void Int64(int field, long value)
    {
        Field(field, ThriftType.Int64);
        Varint((ulong)((value << 1) ^ (value >> 63)));
    }

    public void Text(int field, string value)
    {
        Field(field, ThriftType.Binary);
        TextElement(value);
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Field(field, ThriftType.Binary);
        Varint((ulong)value.Length);
        output.Write(value);
    }

    public void BeginList(int field, ThriftType elements, int count)
    {
        Field(field, ThriftType.List);
        if (count < 15)
        {
            Byte((count << 4) | (int)elements);
        }
        else
        {
            Byte(0xF0 | (int)elements);
            Varint((ulong)count);
        }
    }

    public void Int32Element(int value) => Varint((uint)((value << 1) ^ (value >> 31)));

    public void TextElement(string value)
    {
        byte[] bytes = Format.Utf8.GetBytes(value);
        Varint((ulong)bytes.Length);
        output.Write(bytes);
    }

    /// <summary>Opens a struct that is a field of the open one.</summary>
    public void BeginStruct(int field)
    {
        Field(field, ThriftType.Struct);
        BeginStruct();
    }

    /// <summary>Opens a struct that is a list's element, or the outermost one.</summary>
    public void BeginStruct()
    {
        _outer.Push(_lastField);
        _lastField = 0;
    }

    public void EndStruct()
    {
        Byte(0);
        _lastField = _outer.Pop();
    }

    private void Field(int field, ThriftType type)
    {
        Byte(((field - _lastField) << 4) | (int)type);
        _lastField = field;
    }

    private void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            Byte((int)(value & 0x7F) | 0x80);
            value >>= 7;
        }

        Byte((int)value);
    }

    private void Byte(int value)
    {
        output.GetSpan(1)[0] = (byte)value;
        output.Advance(1);
    }
}
