namespace GrpoMonteCarlo.Parquet.Tests;

public class MisuseTests
{
    private static readonly ParquetColumn[] Columns = [new("count", ParquetType.Int32, false), new("note", ParquetType.String, true)];

    [Fact]
    public void A_value_of_another_type_is_refused()
    {
        using ParquetWriter writer = Writer();
        AssertNames("count", () => writer.Column(0).Append(1L));
        AssertNames("count", () => writer.Column(0).Append(1.0));
        AssertNames("count", () => writer.Column(0).Append(true));
        AssertNames("count", () => writer.Column(0).Append("1"));
        AssertNames("note", () => writer.Column(1).Append(1));
        AssertNames("note", () => writer.Column(1).Append((double?)null));
    }

    [Fact]
    public void A_null_in_a_required_column_is_refused_and_changes_nothing()
    {
        using ParquetWriter writer = Writer();
        AssertNames("count", () => writer.Column(0).AppendNull());
        AssertNames("count", () => writer.Column(0).Append((int?)null));
        writer.Column(0).Append(1);
        writer.Column(1).Append(null as string);
        writer.EndRow();
        writer.Finish();
    }

    [Fact]
    public void Every_column_needs_exactly_one_value()
    {
        using ParquetWriter writer = Writer();
        AssertNames("count", writer.EndRow);
        writer.Column(0).Append(1);
        AssertNames("note", writer.EndRow);
        AssertNames("count", () => writer.Column(0).Append(2));
        AssertNames("count", writer.Finish);
        writer.Column(1).Append("x");
        AssertNames("note", () => writer.Column(1).AppendNull());
        writer.EndRow();
        AssertNames("count", writer.EndRow);
    }

    [Fact]
    public void A_text_that_is_not_unicode_is_refused_and_changes_nothing()
    {
        MemoryStream stream = new();
        using ParquetWriter writer = new(stream, Columns, Table.NoMetadata, "tests");
        writer.Column(0).Append(1);
        Assert.Contains("note", Assert.Throws<ArgumentException>(() => writer.Column(1).Append("\uD800")).Message, StringComparison.Ordinal);
        writer.Column(1).Append("fine");
        writer.EndRow();
        writer.Finish();
        Table.AssertSame(new Table(Columns, [[1], ["fine"]]), Table.Read(stream.ToArray()));
    }

    [Fact]
    public void Long_texts_end_a_row_group_early_and_longer_ones_are_refused()
    {
        MemoryStream stream = new();
        string text = new('a', 1 << 25);
        using (ParquetWriter writer = new(stream, [Columns[1]], Table.NoMetadata, "tests"))
        {
            Assert.Throws<ArgumentException>(() => writer.Column(0).Append(new string('a', (1 << 26) + 1)));
            for (int row = 0; row < 3; row++)
            {
                writer.Column(0).Append(text);
                writer.EndRow();
            }

            writer.Finish();
        }

        using ParquetReader reader = ParquetReader.Open(new MemoryStream(stream.ToArray()));
        Assert.Equal([2, 1], [reader.RowsInGroup(0), reader.RowsInGroup(1)]);
        Assert.Equal(text, reader.ReadColumn(0, 0).Strings[1]);
    }

    [Fact]
    public void A_finished_writer_takes_no_more()
    {
        ParquetWriter writer = Writer();
        writer.Finish();
        writer.Column(0).Append(1);
        writer.Column(1).Append("x");
        Assert.Throws<InvalidOperationException>(writer.EndRow);
        Assert.Throws<InvalidOperationException>(writer.Finish);
        writer.Dispose();
        writer.Dispose();
    }

    [Fact]
    public void A_writer_whose_stream_failed_takes_no_more()
    {
        // Room for the magic and little else.
        using ParquetWriter writer = new(new MemoryStream(new byte[20]), Columns, Table.NoMetadata, "tests", rowsPerGroup: 1);
        writer.Column(0).Append(1);
        writer.Column(1).Append("a long text that does not fit");
        Assert.Throws<NotSupportedException>(writer.EndRow);
        Assert.Throws<InvalidOperationException>(writer.Finish);
    }

    [Fact]
    public void An_unfinished_file_is_no_file()
    {
        MemoryStream stream = new();
        using (ParquetWriter writer = new(stream, Columns, Table.NoMetadata, "tests", rowsPerGroup: 1))
        {
            writer.Column(0).Append(1);
            writer.Column(1).Append("x");
            writer.EndRow();
        }

        Assert.Throws<ParquetException>(() => Table.Read(stream.ToArray()));
    }

    [Fact]
    public void A_writers_arguments_are_checked_at_once()
    {
        Assert.Throws<ArgumentException>(() => Writer([]));
        Assert.Throws<ArgumentException>(() => Writer([Columns[0], Columns[0]]));
        Assert.Throws<ArgumentException>(() => Writer([new("", ParquetType.Int32, false)]));
        Assert.Throws<ArgumentException>(() => Writer([new("x", (ParquetType)9, false)]));
        Assert.ThrowsAny<ArgumentException>(() => Writer([new("\uDC00", ParquetType.Int32, false)]));
        Assert.Throws<ArgumentException>(() => new ParquetWriter(Stream.Null, Columns, [new("k", "1"), new("k", "2")], "tests"));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParquetWriter(Stream.Null, Columns, Table.NoMetadata, "tests", 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParquetWriter(Stream.Null, Columns, Table.NoMetadata, "tests", (1 << 24) + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Writer().Column(2));
    }

    [Fact]
    public void Reading_what_is_not_there_is_refused()
    {
        using ParquetReader reader = ParquetReader.Open(new MemoryStream(Table.OfOne(ParquetType.Int32, false, 1).Write()));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.ReadColumn(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.ReadColumn(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.RowsInGroup(1));
        ColumnValues values = reader.ReadColumn(0, 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => values.IsNull(1));
        Assert.Throws<InvalidOperationException>(() => values.Int64s.Length);
        Assert.Throws<FileNotFoundException>(() => ParquetReader.Open("/nowhere/no.parquet".Replace("/nowhere", Path.GetTempPath(), StringComparison.Ordinal)));
    }

    private static ParquetWriter Writer(ParquetColumn[]? columns = null) => new(Stream.Null, columns ?? Columns, Table.NoMetadata, "tests");

    private static void AssertNames(string column, Action action) =>
        Assert.Contains($"'{column}'", Assert.Throws<InvalidOperationException>(action).Message, StringComparison.Ordinal);
}
