using System.IO.Compression;

namespace GrpoMonteCarlo.Parquet.Tests;

public class HandmadeFileTests
{
    // Far below what any of the counts in these files asks for.
    private const long MostBytes = 1 << 20;

    [Fact]
    public void The_file_with_nothing_wrong_is_read()
    {
        Assert.Equal([1, 2], Table.Read(new HandmadeFile().Bytes()).Values[0]);
        Assert.Equal([1, 2], Table.Read(new HandmadeFile { Converted = 17, DictionaryStart = 0 }.Bytes()).Values[0]);
        Assert.Equal([5, 5, null], Table.Read(new HandmadeFile
        {
            Repetition = 1,
            Rows = 3,
            Pages = [.. HandmadeFile.DictionaryPage(1, [5, 0, 0, 0], 2), .. HandmadeFile.DataPageV2(3, 3, 2, 2, 0, [0x03, 0x03, 0, 0x04])],
            DataStart = 4 + HandmadeFile.DictionaryPage(1, [5, 0, 0, 0]).Length,
            DictionaryStart = 4,
        }.Bytes()).Values[0]);
    }

    [Fact]
    public void Runs_of_booleans_are_read() =>
        Assert.Equal(Enumerable.Repeat<object?>(true, 5).Append(false), Table.Read(new HandmadeFile
        {
            Type = PhysicalType.Boolean,
            Rows = 6,
            Pages = HandmadeFile.DataPage(6, 3, [4, 0, 0, 0, 0x0A, 1, 0x02, 0]),
        }.Bytes()).Values[0]);

    [Fact]
    public void Runs_may_stand_for_as_many_rows_as_the_documentation_says()
    {
        byte[] pages = [.. HandmadeFile.DictionaryPage(1, [5, 0, 0, 0]), .. HandmadeFile.DataPage(1 << 24, 8, [0, 0x80, 0x80, 0x80, 0x10])];
        byte[] file = new HandmadeFile { Rows = 1 << 24, Pages = pages, DataStart = 5, DictionaryStart = 4 }.Bytes();
        using ParquetReader reader = ParquetReader.Open(new MemoryStream(file));
        ReadOnlySpan<int> values = reader.ReadColumn(0, 0).Int32s;
        Assert.Equal(1 << 24, values.Length);
        Assert.Equal(-1, values.IndexOfAnyExcept(5));
    }

    [Fact]
    public void Wrong_schemas_are_refused()
    {
        AssertRefused("nested or repeated", new HandmadeFile { ColumnChildren = 1 }.Bytes());
        AssertRefused("nested or repeated", new HandmadeFile { Repetition = 2 }.Bytes());
        AssertRefused("nested or repeated", new HandmadeFile { Repetition = -1 }.Bytes());
        AssertRefused("whose root has 7", new HandmadeFile { RootChildren = 7 }.Bytes());
        AssertRefused("whose root has -1", new HandmadeFile { RootChildren = -1 }.Bytes());
        AssertRefused("type Float", new HandmadeFile { Type = PhysicalType.Float }.Bytes());
        AssertRefused("type Int96", new HandmadeFile { Type = PhysicalType.Int96 }.Bytes());
        AssertRefused("type 99", new HandmadeFile { Type = (PhysicalType)99 }.Bytes());
        AssertRefused("type ByteArray", new HandmadeFile { Type = PhysicalType.ByteArray }.Bytes());

        // A date, and an unsigned integer.
        AssertRefused("converted Other", new HandmadeFile { Converted = 6 }.Bytes());
        AssertRefused("converted Other", new HandmadeFile { Converted = 13 }.Bytes());
    }

    [Fact]
    public void Wrong_counts_are_refused()
    {
        AssertRefused("row group of -2 rows", new HandmadeFile { Rows = -2 }.Bytes());
        AssertRefused("row group of 16777217 rows", new HandmadeFile { Rows = (1 << 24) + 1 }.Bytes());
        AssertRefused("row group of 9223372036854775807 rows", new HandmadeFile { Rows = long.MaxValue }.Bytes());
        AssertRefused("differ in length", new HandmadeFile { ChunkValues = 3 }.Bytes());
        AssertRefused("3 rows where the row groups have 2", new HandmadeFile { FileRows = 3 }.Bytes());
        AssertRefused("values of type Int32 in 8 bytes", new HandmadeFile { Rows = 1 << 24, Pages = HandmadeFile.DataPage(1 << 24, 0, new byte[8]) }.Bytes());
        AssertRefused("a page of 3 values where 2 are left", new HandmadeFile { Pages = HandmadeFile.DataPage(3, 0, new byte[12]) }.Bytes());
        AssertRefused("negative size", new HandmadeFile { Pages = HandmadeFile.DataPage(-1, 0, new byte[12]) }.Bytes());
        AssertRefused("page header", new HandmadeFile { Pages = HandmadeFile.DataPage(1, 0, new byte[4]) }.Bytes());
        AssertRefused("page header", new HandmadeFile { Pages = [.. Enumerable.Repeat(HandmadeFile.DataPage(0, 0, []), 100).SelectMany(p => p)] }.Bytes());
        AssertRefused("the runs end", new HandmadeFile { Rows = 1 << 24, Repetition = 1, Pages = HandmadeFile.DataPage(1 << 24, 0, [2, 0, 0, 0, 4, 1]) }.Bytes());
        AssertRefused("the runs end", new HandmadeFile { Rows = 1 << 24, Type = PhysicalType.Boolean, Pages = HandmadeFile.DataPage(1 << 24, 3, [2, 0, 0, 0, 4, 1]) }.Bytes());
        AssertRefused("2147483647 values", new HandmadeFile { Pages = [.. HandmadeFile.DictionaryPage(int.MaxValue, new byte[8])] }.Bytes());
        AssertRefused("2147483647 values", new HandmadeFile { Type = PhysicalType.ByteArray, Converted = 0, Pages = HandmadeFile.DictionaryPage(int.MaxValue, new byte[8]) }.Bytes());
    }

    [Fact]
    public void Wrong_offsets_are_refused()
    {
        foreach (long start in new[] { long.MinValue, -1, 0, 3, 5, 1000, int.MaxValue, long.MaxValue - 1, long.MaxValue })
        {
            AssertRefused("where the data ends", new HandmadeFile { DataStart = start }.Bytes());
        }

        foreach (long size in new[] { long.MinValue, -1, 1000, 1 << 30, (1L << 30) + 1, int.MaxValue, long.MaxValue })
        {
            AssertRefused("where the data ends", new HandmadeFile { ChunkSize = size }.Bytes());
        }

        AssertRefused("where the data ends", new HandmadeFile { DataStart = 1 << 20, DictionaryStart = 4 }.Bytes());
        AssertRefused("byte", new HandmadeFile { ChunkSize = 0 }.Bytes());
        AssertRefused("byte", new HandmadeFile { ChunkSize = 5 }.Bytes());
    }

    [Fact]
    public void Chunks_that_share_their_bytes_are_refused() =>
        AssertRefused("column chunks of", new HandmadeFile { Groups = 5000 }.Bytes());

    [Fact]
    public void Wrong_pages_are_refused()
    {
        AssertRefused("encoding 5", new HandmadeFile { Pages = HandmadeFile.DataPage(2, 5, new byte[8]) }.Bytes());
        AssertRefused("encoding Rle", new HandmadeFile { Pages = HandmadeFile.DataPage(2, 3, new byte[8]) }.Bytes());
        AssertRefused("needs a dictionary", new HandmadeFile { Pages = HandmadeFile.DataPage(2, 8, [1, 4, 0]) }.Bytes());
        AssertRefused("are left", new HandmadeFile { Pages = HandmadeFile.DataPage(2, 0, new byte[8], size: 9) }.Bytes());
        AssertRefused("negative size", new HandmadeFile { Pages = HandmadeFile.DataPage(2, 0, new byte[8], size: -8) }.Bytes());
        AssertRefused("said to be 9", new HandmadeFile { Pages = HandmadeFile.DataPage(2, 0, new byte[8], unpacked: 9) }.Bytes());
        AssertRefused("are left", new HandmadeFile { Pages = HandmadeFile.DataPage(2, 0, new byte[8], unpacked: int.MaxValue) }.Bytes());
        AssertRefused("levels in the encoding 4", new HandmadeFile { Repetition = 1, Pages = HandmadeFile.DataPage(2, 0, new byte[8], levels: 4) }.Bytes());
        AssertRefused("a page of kind 7", new HandmadeFile { Pages = HandmadeFile.Page(7, 0, 0, [], _ => { }) }.Bytes());
        AssertRefused("without its fields", new HandmadeFile { Pages = HandmadeFile.Page(0, 0, 0, [], _ => { }) }.Bytes());
        AssertRefused("page header", new HandmadeFile { Pages = HandmadeFile.Page(1, 0, 0, [], _ => { }) }.Bytes());

        // The levels' runs: longer than the page, ending too early, of a value that one bit does not hold.
        AssertRefused("bytes of runs", new HandmadeFile { Repetition = 1, Pages = HandmadeFile.DataPage(2, 0, [255, 255, 255, 127, 4, 1]) }.Bytes());
        AssertRefused("bytes of runs", new HandmadeFile { Repetition = 1, Pages = HandmadeFile.DataPage(2, 0, [0, 0, 0, 128, 4, 1]) }.Bytes());
        AssertRefused("the runs end", new HandmadeFile { Repetition = 1, Pages = HandmadeFile.DataPage(2, 0, [2, 0, 0, 0, 2, 1]) }.Bytes());
        AssertRefused("a level of 2", new HandmadeFile { Repetition = 1, Pages = HandmadeFile.DataPage(2, 0, [2, 0, 0, 0, 4, 2]) }.Bytes());
        AssertRefused("more than five bytes", new HandmadeFile { Repetition = 1, Pages = HandmadeFile.DataPage(2, 0, [6, 0, 0, 0, 128, 128, 128, 128, 128, 0]) }.Bytes());
        AssertRefused("a run of", new HandmadeFile { Repetition = 1, Pages = HandmadeFile.DataPage(2, 0, [6, 0, 0, 0, 255, 255, 255, 255, 15, 0]) }.Bytes());

        // Second-version pages: levels beyond the page, repetition levels, rows that are not the values.
        AssertRefused("bytes of levels", new HandmadeFile { Repetition = 1, Pages = HandmadeFile.DataPageV2(2, 2, 0, 99, 0, [4, 0]) }.Bytes());
        AssertRefused("bytes of levels", new HandmadeFile { Repetition = 1, Pages = HandmadeFile.DataPageV2(2, 2, 0, -1, 0, [4, 0]) }.Bytes());
        AssertRefused("bytes of levels", new HandmadeFile { Repetition = 1, Pages = HandmadeFile.DataPageV2(2, 2, 0, 2, 1, [4, 0, 0]) }.Bytes());
        AssertRefused("2 values in 1 rows", new HandmadeFile { Repetition = 1, Pages = HandmadeFile.DataPageV2(2, 1, 0, 2, 0, [4, 0]) }.Bytes());
    }

    [Fact]
    public void Wrong_dictionaries_are_refused()
    {
        AssertRefused("the index 1 in a dictionary of 1", WithDictionary([1, 4, 1]));
        AssertRefused("the index 4294967295 in", WithDictionary([32, 4, 255, 255, 255, 255]));
        AssertRefused("without a width", WithDictionary([33, 4, 0]));
        AssertRefused("without a width", WithDictionary([]));
        AssertRefused("the runs end", WithDictionary([1]));
        AssertRefused("a run of", WithDictionary([32, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]));
        byte[] twice = [.. HandmadeFile.DictionaryPage(1, [5, 0, 0, 0]), .. HandmadeFile.DictionaryPage(1, [5, 0, 0, 0])];
        AssertRefused("not the first page", new HandmadeFile { Pages = twice }.Bytes());
        AssertRefused("of booleans", new HandmadeFile { Type = PhysicalType.Boolean, Pages = HandmadeFile.DictionaryPage(1, [1]) }.Bytes());
        AssertRefused("encoding RleDictionary", new HandmadeFile { Pages = HandmadeFile.DictionaryPage(1, [1, 0, 0, 0], 8) }.Bytes());
    }

    [Fact]
    public void Wrong_texts_are_refused()
    {
        AssertRefused("not UTF-8", Texts([2, 0, 0, 0, 0xC3, 0x28, 0, 0, 0, 0]));
        AssertRefused("not UTF-8", Texts([3, 0, 0, 0, 0xED, 0xA0, 0x80, 0, 0, 0, 0]));
        AssertRefused("a text of 2147483647 bytes", Texts([255, 255, 255, 127, 0, 0, 0, 0]));
        AssertRefused("a text of -1 bytes", Texts([255, 255, 255, 255, 0, 0, 0, 0]));
        AssertRefused("a text of", Texts([3, 0, 0, 0, 97, 98, 99, 0]));
    }

    [Fact]
    public void Other_codecs_and_bad_gzip_data_are_refused()
    {
        AssertRefused("codec 1", new HandmadeFile { Codec = 1 }.Bytes());
        AssertRefused("codec 6", new HandmadeFile { Codec = 6 }.Bytes());
        AssertRefused("codec -1", new HandmadeFile { Codec = -1 }.Bytes());
        AssertRefused("damaged GZIP data", Packed([1, 2, 3, 4, 5], 8));
        AssertRefused("does not unpack to 8", Packed(Gzip(new byte[7]), 8));
        AssertRefused("does not unpack to 8", Packed(Gzip(new byte[9]), 8));
        AssertRefused("GZIP data", Packed(Gzip(new byte[8])[..^11], 8));
        Assert.Equal([0, 0], Table.Read(Packed(Gzip(new byte[8]), 8)).Values[0]);
    }

    [Fact]
    public void A_gzip_bomb_stays_packed()
    {
        byte[] bomb = Gzip(new byte[64 << 20]);
        AssertRefused("does not unpack to 8", Packed(bomb, 8));
        AssertRefused("said to unpack to", Packed(Gzip(new byte[8]), 1 << 27));
        AssertRefused("are left", Packed(bomb, (1 << 28) + 1));
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        byte[] structs = [.. Enumerable.Repeat((byte)0x9C, 200_000)];
        byte[] lists = [0x99, .. Enumerable.Repeat((byte)0x19, 200_000)];
        byte[] maps = [0x9B, .. Enumerable.Repeat(new byte[] { 1, 0xBB }, 100_000).SelectMany(m => m)];
        foreach (byte[] footer in new[] { structs, lists, maps })
        {
            AssertRefused("nested more than 32 deep", HandmadeFile.Around([], footer));
        }
    }

    [Fact]
    public void Wrong_footers_are_refused()
    {
        AssertRefused("no schema", HandmadeFile.Around([], [0]));
        AssertRefused("are left", HandmadeFile.Around([], []));
        AssertRefused("unknown type 14", HandmadeFile.Around([], [0x9E, 0]));
        AssertRefused("field id", HandmadeFile.Around([], [0x05, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F, 0, 0]));
        AssertRefused("more than ten bytes", HandmadeFile.Around([], [0x16, .. Enumerable.Repeat((byte)0xFF, 20)]));
        AssertRefused("not a 32-bit integer", HandmadeFile.Around([], [0x29, 0x2C, 0x15, 0xFE, 0xFF, 0xFF, 0xFF, 0x7F, 0, 0]));

        // A schema, then a skipped list, of 2^62 elements.
        AssertRefused("elements in", HandmadeFile.Around([], [0x29, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x3F, 0]));
        AssertRefused("elements in", HandmadeFile.Around([], [0x99, 0xF1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x3F, 0]));
        AssertRefused("elements in", HandmadeFile.Around([], [0x9B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x3F, 0x11]));
        AssertRefused("are left", HandmadeFile.Around([], [0x98, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x3F]));

        // A schema of a root alone; a second schema, with two columns, after the row groups.
        AssertRefused("without columns", HandmadeFile.Around([], [0x29, 0x1C, 0x48, 0x01, (byte)'s', 0, 0]));
        byte[] file = new HandmadeFile().Bytes();
        byte[] footer = file[(file.Length - 8 - BitConverter.ToInt32(file, file.Length - 8))..^8];
        byte[] column = [0x15, 0x02, 0x25, 0x00, 0x18, 0x01];
        byte[] second = [0x09, 0x04, 0x3C, 0x48, 0x01, (byte)'s', 0x15, 0x04, 0, .. column, (byte)'x', 0, .. column, (byte)'y', 0];
        AssertRefused("a second schema", HandmadeFile.Around(new HandmadeFile().Pages, [.. footer[..^1], .. second, 0]));

        // Row groups before the schema.
        AssertRefused("before the schema", HandmadeFile.Around([], [0x49, 0x1C, 0, 0]));
    }

    [Fact]
    public void What_a_newer_footer_may_add_is_passed_over() =>
        Assert.Equal([1, 2], Table.Read(new HandmadeFile
        {
            More = thrift =>
            {
                thrift.Bool(9, true);
                thrift.BeginList(12, ThriftType.List, 1);
                thrift.Int32Element(0);
                thrift.BeginStruct(13);
                thrift.Bytes(1, [1, 2]);
                thrift.EndStruct();
            },
        }.Bytes()).Values[0]);

    [Fact]
    public void What_is_no_parquet_file_is_refused()
    {
        AssertRefused("too short", []);
        AssertRefused("too short", "PAR1"u8.ToArray());
        AssertRefused("PAR1", new byte[100]);
        byte[] file = new HandmadeFile().Bytes();
        AssertRefused("PAR1", [.. "PARE"u8, .. file[4..^4], .. "PARE"u8]);
        AssertRefused("PAR1", [.. file, 0]);
        foreach (int size in new[] { -1, int.MinValue, int.MaxValue, file.Length })
        {
            AssertRefused("A footer of", [.. file[..^8], .. BitConverter.GetBytes(size), .. "PAR1"u8]);
        }
    }

    private static byte[] WithDictionary(byte[] indices)
    {
        byte[] dictionary = HandmadeFile.DictionaryPage(1, [5, 0, 0, 0]);
        return new HandmadeFile
        {
            Pages = [.. dictionary, .. HandmadeFile.DataPage(2, 8, indices)],
            DataStart = 4 + dictionary.Length,
            DictionaryStart = 4,
        }.Bytes();
    }

    private static byte[] Texts(byte[] body) =>
        new HandmadeFile { Type = PhysicalType.ByteArray, Converted = 0, Pages = HandmadeFile.DataPage(2, 0, body) }.Bytes();

    private static byte[] Packed(byte[] packed, int unpacked) =>
        new HandmadeFile { Codec = 2, Pages = HandmadeFile.DataPage(2, 0, packed, unpacked: unpacked) }.Bytes();

    private static byte[] Gzip(byte[] bytes)
    {
        MemoryStream packed = new();
        using (GZipStream stream = new(packed, CompressionLevel.Optimal))
        {
            stream.Write(bytes);
        }

        return packed.ToArray();
    }

    private static void AssertRefused(string because, byte[] file)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        ParquetException refused = Assert.Throws<ParquetException>(() => Table.Read(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes + (3 * file.Length));
        Assert.Contains(because, refused.Message, StringComparison.Ordinal);
    }
}
