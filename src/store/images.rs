//! Uploaded branding images.

use rusqlite::{OptionalExtension, params};

use super::{Error, Store};

#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    pub name: String,
    /// "image/png", "image/jpeg" …
    pub content_type: String,
    pub bytes: Vec<u8>,
}

impl Store {
    /// Stores an image under its name; one of the same name is replaced.
    pub async fn save_image(&self, org_id: i64, image: Image, now_ms: i64) -> Result<(), Error> {
        self.write(move |transaction| {
            transaction.execute(
                "INSERT INTO images (org_id, name, content_type, bytes, created_ms) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (org_id, name) DO UPDATE
                 SET content_type = excluded.content_type, bytes = excluded.bytes, created_ms = excluded.created_ms",
                params![org_id, image.name, image.content_type, image.bytes, now_ms],
            )?;
            Ok(())
        })
        .await
    }

    pub async fn image(&self, org_id: i64, name: &str) -> Result<Option<Image>, Error> {
        let name = name.to_owned();
        self.call(move |connection| {
            let image = connection
                .query_row("SELECT content_type, bytes FROM images WHERE org_id = ?1 AND name = ?2", params![org_id, name], |row| {
                    Ok(Image { name: name.clone(), content_type: row.get(0)?, bytes: row.get(1)? })
                })
                .optional()?;
            Ok(image)
        })
        .await
    }
}
