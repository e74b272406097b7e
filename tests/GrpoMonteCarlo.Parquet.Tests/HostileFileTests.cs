using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;

namespace GrpoMonteCarlo.Parquet.Tests;

/// <summary>
/// Files made to do harm, from fixed seeds: each is read to its end, as <c>show --json</c> does, or refused with a <see cref="ParquetException"/>,
/// in bounded memory and time. GRPOMC_FUZZ says how many; 10,000 unless set.
/// </summary>
public class HostileFileTests
{
    private const long MostBytes = 400 << 20;
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(30);
    private static readonly int Files = int.Parse(Environment.GetEnvironmentVariable("GRPOMC_FUZZ") ?? "10000", CultureInfo.InvariantCulture);

    // Counts, sizes and offsets that a careless reader adds, multiplies or believes.
    private static readonly long[] Numbers =
    [
        long.MinValue, int.MinValue, -2, -1, 0, 1, 2, 3, 4, 5, 7, 8, 9, 63, 64, 255, 1 << 16, (1 << 24) - 1, 1 << 24, (1 << 24) + 1, 1 << 28, (1 << 28) + 1, 1 << 30,
        int.MaxValue, 1L << 32, 1L << 62, long.MaxValue,
    ];

    [Fact]
    public void Mutated_files_are_read_or_refused()
    {
        byte[][] files =
        [
            .. Enumerable.Range(0, 12).Select(seed => Small(seed)),
            .. new[] { "duckdb-gzip", "wasm-v1-gzip-pages", "wasm-v2-gzip-pages" }.Select(name => File.ReadAllBytes(FixtureTests.PathOf(name))),
        ];
        int read = 0;
        for (int seed = 0; seed < Files; seed++)
        {
            Random random = new(seed);
            read += TryRead(Mutated(files[random.Next(files.Length)], files[random.Next(files.Length)], random)) ? 1 : 0;
        }

        Assert.InRange(read, Files / 100, Files * 9 / 10);
    }

    [Fact]
    public void Files_whose_counts_sizes_and_offsets_are_made_up_are_read_or_refused()
    {
        int read = 0;
        for (int seed = 0; seed < Files; seed++)
        {
            read += TryRead(MadeUp(new Random(seed))) ? 1 : 0;
        }

        Assert.InRange(read, Files / 100, Files * 9 / 10);
    }

    [Fact]
    public void Many_columns_of_one_run_are_refused()
    {
        // A few hundred bytes would become gigabytes: the groups share the limit of the file.
        ParquetException refused = Assert.Throws<ParquetException>(() => Table.Read(RunsOf(rows: 1 << 23, groups: 3)));
        Assert.Contains("25165824 rows of 1 columns so far", refused.Message, StringComparison.Ordinal);
        using ParquetReader reader = ParquetReader.Open(new MemoryStream(RunsOf(rows: 1 << 23, groups: 2)));
        Assert.Equal(-1, reader.ReadColumn(1, 0).Int32s.IndexOfAnyExcept(5));
    }

    [Fact]
    public void A_dictionary_of_many_empty_texts_is_refused_where_it_is_packed_into_a_few_bytes()
    {
        const int Texts = 1 << 25;
        byte[] packed = Packed(4 * Texts);
        byte[] page = HandmadeFile.Page(2, packed.Length, 4 * Texts, packed, thrift =>
        {
            thrift.BeginStruct(7);
            thrift.Int32(1, Texts);
            thrift.Int32(2, 0);
            thrift.EndStruct();
        });
        Assert.False(TryRead(new HandmadeFile { Type = PhysicalType.ByteArray, Converted = 0, Codec = 2, Pages = page }.Bytes()));
    }

    // The chunks of the groups lie one after the other.
    private static byte[] RunsOf(int rows, int groups)
    {
        byte[] pages = [.. HandmadeFile.DictionaryPage(1, [5, 0, 0, 0]), .. HandmadeFile.DataPage(rows, 8, [0, .. Varint((ulong)rows << 1)])];
        ArrayBufferWriter<byte> footer = new();
        ThriftWriter thrift = new(footer);
        thrift.BeginStruct();
        thrift.BeginList(2, ThriftType.Struct, 2);
        thrift.BeginStruct();
        thrift.Text(4, "schema");
        thrift.Int32(5, 1);
        thrift.EndStruct();
        thrift.BeginStruct();
        thrift.Int32(1, (int)PhysicalType.Int32);
        thrift.Int32(3, 0);
        thrift.Text(4, "x");
        thrift.EndStruct();
        thrift.Int64(3, (long)rows * groups);
        thrift.BeginList(4, ThriftType.Struct, groups);
        for (int group = 0; group < groups; group++)
        {
            thrift.BeginStruct();
            thrift.BeginList(1, ThriftType.Struct, 1);
            thrift.BeginStruct();
            thrift.BeginStruct(3);
            thrift.Int32(1, (int)PhysicalType.Int32);
            thrift.Int32(4, 0);
            thrift.Int64(5, rows);
            thrift.Int64(7, pages.Length);
            thrift.Int64(9, 5 + (group * pages.Length));
            thrift.Int64(11, 4 + (group * pages.Length));
            thrift.EndStruct();
            thrift.EndStruct();
            thrift.Int64(3, rows);
            thrift.EndStruct();
        }

        thrift.EndStruct();
        return HandmadeFile.Around([.. Enumerable.Repeat(pages, groups).SelectMany(bytes => bytes)], footer.WrittenSpan);
    }

    private static byte[] MadeUp(Random random)
    {
        // Mostly what belongs there, or nothing would be read.
        T Or<T>(T right, Func<T> wrong) => random.Next(8) == 0 ? wrong() : right;
        long Number() => Numbers[random.Next(Numbers.Length)];
        int Int() => (int)Math.Clamp(Number(), int.MinValue, int.MaxValue);
        (PhysicalType type, int width) = new[] { (PhysicalType.Boolean, 0), (PhysicalType.Int32, 4), (PhysicalType.Int64, 8), (PhysicalType.Double, 8), (PhysicalType.ByteArray, 4) }[random.Next(5)];
        long rows = random.Next(30) == 0 ? Math.Clamp(Number(), 0, 1 << 24) : random.Next(40);
        int values = (int)Math.Min(rows, 1 << 24);
        bool optional = random.Next(2) == 0;
        bool dictionary = random.Next(2) == 0 && type != PhysicalType.Boolean;
        int entries = Or(3, Int);

        List<byte> pages = [];
        if (dictionary)
        {
            pages.AddRange(HandmadeFile.DictionaryPage(entries, new byte[Or(3, () => random.Next(40)) * width], Or(0, Int)));
        }

        int dataStart = 4 + pages.Count;
        byte[] levels = optional ? Runs(random, 1, values) : [];
        byte[] body = dictionary ? [(byte)Or(2, () => random.Next(256)), .. Runs(random, 2, values)]
            : type == PhysicalType.Boolean && random.Next(2) == 0 ? Sized(Runs(random, 1, values), random)
            : new byte[Math.Min((values * width) + 8, 4096)];
        int encoding = Or(dictionary ? random.Next(2) == 0 ? 8 : 2 : type == PhysicalType.Boolean ? 3 : 0, () => random.Next(10));
        pages.AddRange(random.Next(2) == 0
            ? HandmadeFile.DataPageV2(Or(values, Int), Or(values, Int), encoding, Or(levels.Length, Int), Or(0, Int), [.. levels, .. body], Or<int?>(null, () => Int()))
            : HandmadeFile.DataPage(Or(values, Int), encoding, optional ? [.. Sized(levels, random), .. body] : body, Or<int?>(null, () => Int()), Or<int?>(null, () => Int())));
        return new HandmadeFile
        {
            Type = type,
            Converted = type == PhysicalType.ByteArray ? 0 : null,
            Repetition = Or(optional ? 1 : 0, Int),
            RootChildren = Or(1, Int),
            ColumnChildren = Or<int?>(null, () => Int()),
            Codec = Or(0, Int),
            Rows = Or(rows, Number),
            FileRows = Or<long?>(null, () => Number()),
            ChunkValues = Or<long?>(null, () => Number()),
            ChunkSize = Or<long?>(null, () => Number()),
            DataStart = Or(dataStart, Number),
            DictionaryStart = dictionary ? Or<long?>(4, () => Number()) : null,
            Groups = Or(1, () => random.Next(50)),
            Name = Or("x", () => "line\nfeed \u001b[2J"),
            Pages = [.. pages],
            More = random.Next(20) == 0 ? thrift => thrift.Bytes(9, new byte[random.Next(100)]) : null,
        }.Bytes();
    }

    // Runs and packed groups that hold about so many values, of random bytes.
    private static byte[] Runs(Random random, int width, int count)
    {
        List<byte> runs = [];
        for (long left = count; left > 0;)
        {
            bool packed = random.Next(2) == 0 && left < 1000;
            long units = packed ? 1 + random.Next(3) : random.Next(10) == 0 ? Numbers[random.Next(Numbers.Length)] & int.MaxValue : Math.Max(1, random.NextInt64(left + 1));
            runs.AddRange(Varint(((ulong)units << 1) | (packed ? 1u : 0u)));
            int mask = random.Next(20) == 0 ? 255 : (1 << width) - 1;
            runs.AddRange(packed
                ? Enumerable.Range(0, (int)units * width).Select(_ => (byte)(random.Next(3) == 0 ? random.Next(256) : 0))
                : [(byte)(random.Next(256) & mask & (random.Next(3) == 0 ? 255 : 1))]);
            left -= packed ? units * 8 : Math.Max(units, 1);
        }

        return [.. runs];
    }

    private static byte[] Sized(byte[] runs, Random random) =>
        [.. BitConverter.GetBytes(random.Next(12) == 0 ? (int)Numbers[random.Next(Numbers.Length)] : runs.Length), .. runs];

    private static byte[] Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value > 0x7F; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }

    private static byte[] Mutated(byte[] file, byte[] other, Random random)
    {
        List<byte> changed = [.. file];
        int footer = file.Length - 8 - BitConverter.ToInt32(file, file.Length - 8);
        for (int left = 1 + random.Next(4); left > 0 && changed.Count > 0; left--)
        {
            int at = random.Next(2) == 0 ? random.Next(changed.Count) : random.Next(Math.Min(footer, changed.Count - 1), changed.Count);
            switch (random.Next(8))
            {
                case 0:
                    changed[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    changed[at] = (byte)random.Next(256);
                    break;
                case 2: // a number of many bytes for one of one byte
                    changed.RemoveAt(at);
                    changed.InsertRange(at, Varint((ulong)Numbers[random.Next(Numbers.Length)]));
                    break;
                case 3: // cut out, the ends kept
                    changed.RemoveRange(at, random.Next(Math.Min(64, changed.Count - at)));
                    break;
                case 4: // spliced in, from this file or another
                    int from = random.Next(other.Length);
                    changed.InsertRange(at, other[from..(from + random.Next(Math.Min(200, other.Length - from)))]);
                    break;
                case 5: // nested deeply
                    changed.InsertRange(at, Enumerable.Repeat((byte)(random.Next(2) == 0 ? 0x1C : 0x19), random.Next(400)));
                    break;
                case 6: // the footer's length
                    byte[] length = BitConverter.GetBytes((int)Numbers[random.Next(Numbers.Length)]);
                    for (int i = 0; i < 4 && changed.Count >= 12; i++)
                    {
                        changed[changed.Count - 8 + i] = length[i];
                    }

                    break;
                default:
                    changed.RemoveRange(at, changed.Count - at);
                    changed.AddRange(file[^8..]);
                    break;
            }
        }

        // Of those whose length changed, half say where their footer begins now: damage behind the first check is found by the later ones.
        if (random.Next(2) == 0 && changed.Count > 20)
        {
            int size = Math.Clamp(changed.Count - 8 - footer, 0, changed.Count - 12);
            changed.RemoveRange(changed.Count - 8, 8);
            changed.AddRange(BitConverter.GetBytes(size));
            changed.AddRange("PAR1"u8.ToArray());
        }

        return [.. changed];
    }

    private static bool TryRead(byte[] file)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        try
        {
            using ParquetReader reader = ParquetReader.Open(new MemoryStream(file));
            if (reader.RowCount < 100_000)
            {
                ParquetJson.Write(reader, Stream.Null);
            }
            else
            {
                // What JSON writes of many rows takes time only.
                for (int group = 0; group < reader.RowGroupCount; group++)
                {
                    for (int column = 0; column < reader.Columns.Count; column++)
                    {
                        reader.ReadColumn(group, column);
                    }
                }
            }

            return true;
        }
        catch (ParquetException refused)
        {
            Assert.InRange(refused.Message.Length, 10, 1000);
            return false;
        }
        finally
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
            Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, MostTime);
        }
    }

    private static byte[] Packed(int zeros)
    {
        MemoryStream packed = new();
        using (GZipStream stream = new(packed, CompressionLevel.Optimal))
        {
            stream.Write(new byte[zeros]);
        }

        return packed.ToArray();
    }

    // Of every type and shape, with several row groups.
    private static byte[] Small(int seed)
    {
        Random random = new(seed);
        ParquetColumn[] columns = [.. RandomTable.Types.Select(type => new ParquetColumn(type.ToString(), type, random.Next(2) == 0))];
        object?[][] values = [.. columns.Select(c => RandomTable.Column(c.Type, c.Optional, RandomTable.Shapes[random.Next(RandomTable.Shapes.Length)], 60, random))];
        return new Table(columns, values).Write(rowsPerGroup: 25, metadata: [new("key", "value")]);
    }
}
