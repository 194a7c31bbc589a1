// swift-format-ignore-file
// Made by scripts/embed-payloads from Tests/Fixtures/payloads: change the samples there and run the script again.

/// The sample webhook bodies, one a shape that Meta delivers.
public enum SamplePayloads {
    /// Name and JSON of each, by name: `ig-*` and `test-ig-*` of object `instagram`, `page-*` and `test-page-*` of `page`.
    /// The JSON is one body, or an array of bodies that are delivered one after another.
    public static let all: [(name: String, json: StaticString)] = [
        ("ig-comment-flat-doc", #"""
{
 "object": "instagram",
 "entry": [
  {
   "id": "17841400000000001",
   "time": 1749611986,
   "field": "comments",
   "value": {
    "id": "17800000000000001",
    "from": {
     "id": "1000000000000001",
     "username": "user_one"
    },
    "text": "price?",
    "media": {
     "id": "18000000000000005",
     "media_product_type": "FEED"
    }
   }
  }
 ]
}
"""#),
        ("ig-comment-no-text", #"""
{
 "entry": [
  {
   "id": "17841400000000001",
   "time": 1749611986,
   "changes": [
    {
     "value": {
      "from": {
       "id": "1000000000000001",
       "username": "user_one"
      },
      "media": {
       "id": "18000000000000005",
       "media_product_type": "FEED"
      },
      "id": "17800000000000003"
     },
     "field": "comments"
    }
   ]
  }
 ],
 "object": "instagram"
}
"""#),
        ("ig-comment-own-reply", #"""
{
 "entry": [
  {
   "id": "17841400000000001",
   "time": 1749608261,
   "changes": [
    {
     "value": {
      "from": {
       "id": "17841400000000001",
       "username": "business",
       "self_ig_scoped_id": "1000000000000002"
      },
      "media": {
       "id": "18000000000000005",
       "media_product_type": "FEED"
      },
      "id": "17800000000000002",
      "parent_id": "17800000000000001",
      "text": "sent!"
     },
     "field": "comments"
    }
   ]
  }
 ],
 "object": "instagram"
}
"""#),
        ("ig-comment", #"""
{
 "entry": [
  {
   "id": "17841400000000001",
   "time": 1749611986,
   "changes": [
    {
     "value": {
      "from": {
       "id": "1000000000000001",
       "username": "user_one"
      },
      "media": {
       "id": "18000000000000005",
       "media_product_type": "REELS"
      },
      "id": "17800000000000001",
      "text": "price?"
     },
     "field": "comments"
    }
   ]
  }
 ],
 "object": "instagram"
}
"""#),
        ("ig-echo-images", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "17841400000000001"
     },
     "recipient": {
      "id": "1000000000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
      "attachments": [
       {
        "type": "image",
        "payload": {
         "url": "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=18000000000000001&signature=REDACTED"
        }
       },
       {
        "type": "image",
        "payload": {
         "url": "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=18000000000000001&signature=REDACTED"
        }
       }
      ],
      "is_echo": true
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-echo-story-reply", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "17841400000000001"
     },
     "recipient": {
      "id": "1000000000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
      "text": "congratulations",
      "reply_to": {
       "story": {
        "url": "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=18000000000000001&signature=REDACTED",
        "id": "18000000000000001"
       }
      },
      "is_echo": true
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-echo-template", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "17841400000000001"
     },
     "recipient": {
      "id": "1000000000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
      "attachments": [
       {
        "type": "template",
        "payload": {
         "generic": {
          "elements": [
           {
            "title": "Title",
            "subtitle": "Subtitle",
            "image_url": "https://example.com/i.jpg",
            "default_action": {
             "type": "open_url",
             "url": "https://example.com"
            },
            "buttons": [
             {
              "type": "open_url",
              "url": "https://example.com",
              "title": "Open"
             }
            ]
           }
          ]
         }
        }
       }
      ],
      "is_echo": true
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-echo-text", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "17841400000000001"
     },
     "recipient": {
      "id": "1000000000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
      "text": "reply from the business",
      "is_echo": true
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-event-without-kind", #"""
{
 "object": "instagram",
 "entry": [
  {
   "id": "17841400000000001",
   "messaging": [
    {
     "recipient": {
      "id": "17841400000000001"
     },
     "sender": {
      "id": "1000000000000001"
     },
     "timestamp": 1784200237000
    }
   ]
  }
 ]
}
"""#),
        ("ig-live-comment", #"""
{
 "object": "instagram",
 "entry": [
  {
   "id": "17841400000000001",
   "time": 1749611986,
   "changes": [
    {
     "field": "live_comments",
     "value": {
      "from": {
       "id": "1000000000000001",
       "username": "user_one"
      },
      "comment_id": "17800000000000001",
      "text": "hi",
      "media": {
       "id": "18000000000000005",
       "media_product_type": "LIVE"
      }
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-mention-caption", #"""
{
 "object": "instagram",
 "entry": [
  {
   "id": "17841400000000001",
   "time": 1749611986,
   "changes": [
    {
     "field": "mentions",
     "value": {
      "media_id": "18000000000000005"
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-mention-comment", #"""
{
 "object": "instagram",
 "entry": [
  {
   "id": "17841400000000001",
   "time": 1749611986,
   "changes": [
    {
     "field": "mentions",
     "value": {
      "media_id": "18000000000000005",
      "comment_id": "17800000000000001"
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-message-ad-referral", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
      "text": "hi",
      "referral": {
       "ref": "REF",
       "ad_id": "120000000000000001",
       "source": "ADS",
       "type": "OPEN_THREAD",
       "ads_context_data": {
        "ad_title": "Title",
        "photo_url": "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=18000000000000001&signature=REDACTED",
        "video_url": "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=18000000000000001&signature=REDACTED"
       }
      }
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-message-audio", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
      "attachments": [
       {
        "type": "audio",
        "payload": {
         "url": "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=18000000000000001&signature=REDACTED"
        }
       }
      ]
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-message-deleted", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY3Nzc2OTQ5NTU2NjkyODEzMTM1Mjg2Njg0ODc2OAZDZD",
      "is_deleted": true
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-message-edit-0-no-sender", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238880,
   "id": "17841400000000001",
   "messaging": [
    {
     "timestamp": 1784200237980,
     "message_edit": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
      "num_edit": 0
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-message-edit-0-with-sender", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200239680,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237980,
     "message_edit": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
      "num_edit": 0
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-message-edit-1", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "message_edit": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY3Nzc2OTQ5NTU2NjkyODEzMTM1Mjg2Njg0ODc2OAZDZD",
      "text": "edited text",
      "num_edit": 1
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-message-ig-post-and-share", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
      "attachments": [
       {
        "type": "ig_post",
        "payload": {
         "ig_post_media_id": "18000000000000002",
         "title": "caption",
         "url": "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=18000000000000001&signature=REDACTED"
        }
       },
       {
        "type": "share",
        "payload": {
         "url": "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=18000000000000001&signature=REDACTED"
        }
       }
      ]
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-message-ig-post", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
      "attachments": [
       {
        "type": "ig_post",
        "payload": {
         "ig_post_media_id": "18000000000000002",
         "title": "caption of the shared post",
         "url": "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=18000000000000001&signature=REDACTED"
        }
       }
      ]
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-message-ig-reel", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
      "attachments": [
       {
        "type": "ig_reel",
        "payload": {
         "reel_video_id": "18000000000000003",
         "title": "reel caption",
         "url": "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=18000000000000001&signature=REDACTED"
        }
       }
      ]
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-message-image", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
      "attachments": [
       {
        "type": "image",
        "payload": {
         "url": "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=18000000000000001&signature=REDACTED"
        }
       }
      ]
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-message-quick-reply", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
      "text": "Yes",
      "quick_reply": {
       "payload": "DEVELOPER_PAYLOAD"
      }
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-message-reply-to-mid", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
      "text": "yes",
      "reply_to": {
       "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY3Nzc2OTQ5NTU2NjkyODEzMTM1Mjg2Njg0ODc2OAZDZD"
      }
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-message-share", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
      "attachments": [
       {
        "type": "share",
        "payload": {
         "url": "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=18000000000000001&signature=REDACTED"
        }
       }
      ]
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-message-sticker", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
      "attachments": [
       {
        "type": "sticker",
        "payload": {
         "url": "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=18000000000000001&signature=REDACTED",
         "sticker_id": 369239263222822
        }
       }
      ]
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-message-story-mention", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
      "attachments": [
       {
        "type": "story_mention",
        "payload": {
         "url": "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=18000000000000001&signature=REDACTED"
        }
       }
      ]
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-message-story-reply", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
      "text": "love it",
      "reply_to": {
       "story": {
        "url": "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=18000000000000001&signature=REDACTED",
        "id": "18000000000000001"
       }
      }
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-message-text-plus-attachment", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
      "text": "look",
      "attachments": [
       {
        "type": "image",
        "payload": {
         "url": "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=18000000000000001&signature=REDACTED"
        }
       }
      ]
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-message-text", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
      "text": "hello"
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-message-unsupported", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
      "is_unsupported": true
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-message-video", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
      "attachments": [
       {
        "type": "video",
        "payload": {
         "url": "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=18000000000000001&signature=REDACTED"
        }
       }
      ]
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-noise-pair", #"""
[
 {
  "object": "instagram",
  "entry": [
   {
    "time": 1784200238700,
    "id": "17841400000000001",
    "messaging": [
     {
      "sender": {
       "id": "1000000000000001"
      },
      "recipient": {
       "id": "17841400000000001"
      },
      "timestamp": 1784200237000,
      "message": {
       "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
       "text": "hello"
      }
     }
    ]
   }
  ]
 },
 {
  "object": "instagram",
  "entry": [
   {
    "time": 1784200238880,
    "id": "17841400000000001",
    "messaging": [
     {
      "timestamp": 1784200237980,
      "message_edit": {
       "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
       "num_edit": 0
      }
     }
    ]
   }
  ]
 }
]
"""#),
        ("ig-optin-notification", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "optin": {
      "type": "notification_messages",
      "payload": "PAYLOAD",
      "notification_messages_token": "TOKEN",
      "notification_messages_frequency": "DAILY",
      "token_expiry_timestamp": 2145916800000,
      "user_token_status": "NOT_REFRESHED",
      "notification_messages_timezone": "UTC",
      "title": "Title"
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-pass-thread-control", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "pass_thread_control": {
      "previous_owner_app_id": null,
      "new_owner_app_id": "400000000000001",
      "metadata": "m"
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-postback-self", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000002"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "is_self": true,
     "postback": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
      "title": "Opening hours",
      "payload": "HOURS"
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-postback", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "postback": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
      "title": "Opening hours",
      "payload": "HOURS"
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-reaction", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "reaction": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY3Nzc2OTQ5NTU2NjkyODEzMTM1Mjg2Njg0ODc2OAZDZD",
      "action": "react",
      "reaction": "love",
      "emoji": "\u2764\ufe0f"
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-read", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "read": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY3Nzc2OTQ5NTU2NjkyODEzMTM1Mjg2Njg0ODc2OAZDZD"
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-referral", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "referral": {
      "ref": "REF",
      "source": "IGME-SOURCE-LINK",
      "type": "OPEN_THREAD"
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-request-thread-control", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "messaging": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "request_thread_control": {
      "requested_owner_app_id": 123456789,
      "metadata": "m"
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-standby-message", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "standby": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY4NTE0ODE5MzE5NjQxMTk1MTk5OTI2Njg0ODc2OAZDZD",
      "text": "hello"
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-standby-read", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "standby": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "read": {
      "mid": "aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOjE3ODQxNDAwMDAwMDAwMDAxOjM0MDI4MjM2Njg0MTcxMDMwMTI0NDI1ODE3NjgwMDE5MTkxNDE0NTozMjkxMjY3Nzc2OTQ5NTU2NjkyODEzMTM1Mjg2Njg0ODc2OAZDZD"
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-story-insights", #"""
{
 "object": "instagram",
 "entry": [
  {
   "id": "17841400000000001",
   "time": 1749611986,
   "changes": [
    {
     "field": "story_insights",
     "value": {
      "media_id": "18000000000000005",
      "exits": -1,
      "replies": 0,
      "reach": 17,
      "taps_forward": 12,
      "taps_back": 0,
      "impressions": 17
     }
    }
   ]
  }
 ]
}
"""#),
        ("ig-take-thread-control", #"""
{
 "object": "instagram",
 "entry": [
  {
   "time": 1784200238700,
   "id": "17841400000000001",
   "standby": [
    {
     "sender": {
      "id": "1000000000000001"
     },
     "recipient": {
      "id": "17841400000000001"
     },
     "timestamp": 1784200237000,
     "take_thread_control": {
      "previous_owner_app_id": "400000000000001",
      "new_owner_app_id": 1217981644879628,
      "metadata": "m"
     }
    }
   ]
  }
 ]
}
"""#),
        ("page-delivery", #"""
{
 "object": "page",
 "entry": [
  {
   "id": "200000000000001",
   "time": 1784200237500,
   "messaging": [
    {
     "sender": {
      "id": "3000000000000001"
     },
     "recipient": {
      "id": "200000000000001"
     },
     "timestamp": 1784200237000,
     "delivery": {
      "mids": [
       "m_AAAAAAAAAAAAAAAAAAAAAIAcfn2p3T7uiO5jm0L_PMQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
      ],
      "watermark": 1784200236000
     }
    }
   ]
  }
 ]
}
"""#),
        ("page-echo", #"""
{
 "object": "page",
 "entry": [
  {
   "id": "200000000000001",
   "time": 1784200237500,
   "messaging": [
    {
     "sender": {
      "id": "200000000000001"
     },
     "recipient": {
      "id": "3000000000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "is_echo": true,
      "app_id": 1517776481860111,
      "metadata": "DEV_META",
      "mid": "m_AAAAAAAAAAAAAAAAAAAAAIAcfn2p3T7uiO5jm0L_PMQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      "text": "hi"
     }
    }
   ]
  }
 ]
}
"""#),
        ("page-message-edit-string", #"""
{
 "object": "page",
 "entry": [
  {
   "id": "200000000000001",
   "time": 1784200237500,
   "messaging": [
    {
     "sender": {
      "id": "3000000000000001"
     },
     "recipient": {
      "id": "200000000000001"
     },
     "timestamp": 1784200237000,
     "message_edit": {
      "mid": "m_AAAAAAAAAAAAAAAAAAAAAIAcfn2p3T7uiO5jm0L_PMQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      "text": "new",
      "num_edit": "2"
     }
    }
   ]
  }
 ]
}
"""#),
        ("page-message-edit", #"""
{
 "object": "page",
 "entry": [
  {
   "id": "200000000000001",
   "time": 1784200237500,
   "messaging": [
    {
     "sender": {
      "id": "3000000000000001"
     },
     "recipient": {
      "id": "200000000000001"
     },
     "timestamp": 1784200237000,
     "message_edit": {
      "mid": "m_AAAAAAAAAAAAAAAAAAAAAIAcfn2p3T7uiO5jm0L_PMQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      "text": "new",
      "num_edit": 1
     }
    }
   ]
  }
 ]
}
"""#),
        ("page-message-fallback", #"""
{
 "object": "page",
 "entry": [
  {
   "id": "200000000000001",
   "time": 1784200237500,
   "messaging": [
    {
     "sender": {
      "id": "3000000000000001"
     },
     "recipient": {
      "id": "200000000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "m_AAAAAAAAAAAAAAAAAAAAAIAcfn2p3T7uiO5jm0L_PMQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      "text": "https://example.com",
      "attachments": [
       {
        "type": "fallback",
        "payload": {
         "url": "https://example.com",
         "title": "Example"
        }
       }
      ]
     }
    }
   ]
  }
 ]
}
"""#),
        ("page-message-image", #"""
{
 "object": "page",
 "entry": [
  {
   "id": "200000000000001",
   "time": 1784200237500,
   "messaging": [
    {
     "sender": {
      "id": "3000000000000001"
     },
     "recipient": {
      "id": "200000000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "m_AAAAAAAAAAAAAAAAAAAAAIAcfn2p3T7uiO5jm0L_PMQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      "attachments": [
       {
        "type": "image",
        "payload": {
         "url": "https://scontent.xx.fbcdn.net/v/x.jpg"
        }
       }
      ]
     }
    }
   ]
  }
 ]
}
"""#),
        ("page-message-nlp", #"""
{
 "object": "page",
 "entry": [
  {
   "id": "200000000000001",
   "time": 1784200237500,
   "messaging": [
    {
     "sender": {
      "id": "3000000000000001"
     },
     "recipient": {
      "id": "200000000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "m_AAAAAAAAAAAAAAAAAAAAAIAcfn2p3T7uiO5jm0L_PMQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      "text": "hello",
      "nlp": {
       "intents": [],
       "entities": {},
       "traits": {},
       "detected_locales": [
        {
         "locale": "en_XX",
         "confidence": 0.9
        }
       ]
      }
     }
    }
   ]
  }
 ]
}
"""#),
        ("page-message-quick-reply", #"""
{
 "object": "page",
 "entry": [
  {
   "id": "200000000000001",
   "time": 1784200237500,
   "messaging": [
    {
     "sender": {
      "id": "3000000000000001"
     },
     "recipient": {
      "id": "200000000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "m_AAAAAAAAAAAAAAAAAAAAAIAcfn2p3T7uiO5jm0L_PMQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      "text": "Yes",
      "quick_reply": {
       "payload": "opt:1"
      }
     }
    }
   ]
  }
 ]
}
"""#),
        ("page-message-sticker", #"""
{
 "object": "page",
 "entry": [
  {
   "id": "200000000000001",
   "time": 1784200237500,
   "messaging": [
    {
     "sender": {
      "id": "3000000000000001"
     },
     "recipient": {
      "id": "200000000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "m_AAAAAAAAAAAAAAAAAAAAAIAcfn2p3T7uiO5jm0L_PMQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      "attachments": [
       {
        "type": "image",
        "payload": {
         "sticker_id": 369239263222822,
         "url": "https://scontent.xx.fbcdn.net/v/x"
        }
       }
      ]
     }
    }
   ]
  }
 ]
}
"""#),
        ("page-message-text", #"""
{
 "object": "page",
 "entry": [
  {
   "id": "200000000000001",
   "time": 1784200237500,
   "messaging": [
    {
     "sender": {
      "id": "3000000000000001"
     },
     "recipient": {
      "id": "200000000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "m_AAAAAAAAAAAAAAAAAAAAAIAcfn2p3T7uiO5jm0L_PMQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      "text": "hello"
     }
    }
   ]
  }
 ]
}
"""#),
        ("page-optin-notification", #"""
{
 "object": "page",
 "entry": [
  {
   "id": "200000000000001",
   "time": 1784200237500,
   "messaging": [
    {
     "sender": {
      "id": "3000000000000001"
     },
     "recipient": {
      "id": "200000000000001"
     },
     "timestamp": 1784200237000,
     "optin": {
      "type": "notification_messages",
      "payload": "P",
      "notification_messages_token": "TOKEN",
      "notification_messages_frequency": "DAILY",
      "token_expiry_timestamp": 2145916800000,
      "user_token_status": "NOT_REFRESHED",
      "notification_messages_timezone": "UTC",
      "title": "Title"
     }
    }
   ]
  }
 ]
}
"""#),
        ("page-optin-stop", #"""
{
 "object": "page",
 "entry": [
  {
   "id": "200000000000001",
   "time": 1784200237500,
   "messaging": [
    {
     "sender": {
      "id": "3000000000000001"
     },
     "recipient": {
      "id": "200000000000001"
     },
     "timestamp": 1784200237000,
     "optin": {
      "type": "notification_messages",
      "notification_messages_status": "STOP"
     }
    }
   ]
  }
 ]
}
"""#),
        ("page-pass-thread-control", #"""
{
 "object": "page",
 "entry": [
  {
   "id": "200000000000001",
   "time": 1784200237500,
   "messaging": [
    {
     "sender": {
      "id": "3000000000000001"
     },
     "recipient": {
      "id": "200000000000001"
     },
     "timestamp": 1784200237000,
     "pass_thread_control": {
      "previous_owner_app_id": null,
      "new_owner_app_id": "123456789",
      "metadata": "m"
     }
    }
   ]
  }
 ]
}
"""#),
        ("page-policy-enforcement", #"""
{
 "object": "page",
 "entry": [
  {
   "id": "200000000000001",
   "time": 1784200237500,
   "messaging": [
    {
     "recipient": {
      "id": "200000000000001"
     },
     "timestamp": 1784200237000,
     "policy_enforcement": {
      "action": "block",
      "reason": "spam"
     }
    }
   ]
  }
 ]
}
"""#),
        ("page-postback-referral", #"""
{
 "object": "page",
 "entry": [
  {
   "id": "200000000000001",
   "time": 1784200237500,
   "messaging": [
    {
     "sender": {
      "id": "3000000000000001"
     },
     "recipient": {
      "id": "200000000000001"
     },
     "timestamp": 1784200237000,
     "postback": {
      "title": "Get Started",
      "payload": "GET_STARTED",
      "referral": {
       "ref": "REF",
       "source": "SHORTLINK",
       "type": "OPEN_THREAD",
       "ad_id": "1"
      }
     }
    }
   ]
  }
 ]
}
"""#),
        ("page-postback", #"""
{
 "object": "page",
 "entry": [
  {
   "id": "200000000000001",
   "time": 1784200237500,
   "messaging": [
    {
     "sender": {
      "id": "3000000000000001"
     },
     "recipient": {
      "id": "200000000000001"
     },
     "timestamp": 1784200237000,
     "postback": {
      "title": "Get Started",
      "payload": "GET_STARTED",
      "mid": "m_AAAAAAAAAAAAAAAAAAAAAIAcfn2p3T7uiO5jm0L_PMQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
     }
    }
   ]
  }
 ]
}
"""#),
        ("page-reaction", #"""
{
 "object": "page",
 "entry": [
  {
   "id": "200000000000001",
   "time": 1784200237500,
   "messaging": [
    {
     "sender": {
      "id": "3000000000000001"
     },
     "recipient": {
      "id": "200000000000001"
     },
     "timestamp": 1784200237000,
     "reaction": {
      "mid": "m_AAAAAAAAAAAAAAAAAAAAAIAcfn2p3T7uiO5jm0L_PMQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      "action": "react",
      "reaction": "love",
      "emoji": "\u2764\ufe0f"
     }
    }
   ]
  }
 ]
}
"""#),
        ("page-read", #"""
{
 "object": "page",
 "entry": [
  {
   "id": "200000000000001",
   "time": 1784200237500,
   "messaging": [
    {
     "sender": {
      "id": "3000000000000001"
     },
     "recipient": {
      "id": "200000000000001"
     },
     "timestamp": 1784200237000,
     "read": {
      "watermark": 1784200236000
     }
    }
   ]
  }
 ]
}
"""#),
        ("page-request-thread-control", #"""
{
 "object": "page",
 "entry": [
  {
   "id": "200000000000001",
   "time": 1784200237500,
   "messaging": [
    {
     "sender": {
      "id": "3000000000000001"
     },
     "recipient": {
      "id": "200000000000001"
     },
     "timestamp": 1784200237000,
     "request_thread_control": {
      "requested_owner_app_id": 123456789,
      "metadata": "m"
     }
    }
   ]
  }
 ]
}
"""#),
        ("page-standby-message", #"""
{
 "object": "page",
 "entry": [
  {
   "id": "200000000000001",
   "time": 1784200237500,
   "standby": [
    {
     "sender": {
      "id": "200000000000001"
     },
     "recipient": {
      "id": "3000000000000001"
     },
     "timestamp": 1784200237000,
     "message": {
      "mid": "m_AAAAAAAAAAAAAAAAAAAAAIAcfn2p3T7uiO5jm0L_PMQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      "is_echo": true,
      "app_id": 263902037430900,
      "text": "from inbox"
     }
    }
   ]
  }
 ]
}
"""#),
        ("test-ig-messages-changes", #"""
{
 "object": "instagram",
 "entry": [
  {
   "id": "0",
   "time": 1754520281,
   "changes": [
    {
     "field": "messages",
     "value": {
      "sender": {
       "id": "12334"
      },
      "recipient": {
       "id": "23245"
      },
      "timestamp": "1527459824",
      "message": {
       "mid": "random_mid",
       "text": "random_text"
      }
     }
    }
   ]
  }
 ]
}
"""#),
        ("test-ig-messages-messaging", #"""
{
 "object": "instagram",
 "entry": [
  {
   "id": "0",
   "time": 1754520281000,
   "messaging": [
    {
     "sender": {
      "id": "12334"
     },
     "recipient": {
      "id": "23245"
     },
     "timestamp": "1527459824",
     "message": {
      "mid": "random_mid",
      "text": "random_text"
     }
    }
   ]
  }
 ]
}
"""#),
        ("test-ig-reaction-changes", #"""
{
 "object": "instagram",
 "entry": [
  {
   "id": "0",
   "time": 1754520281,
   "changes": [
    {
     "field": "message_reactions",
     "value": {
      "sender": {
       "id": "12334"
      },
      "recipient": {
       "id": "23245"
      },
      "timestamp": "233445667",
      "reaction": {
       "mid": "random_mid",
       "action": "react",
       "reaction": "love",
       "emoji": "\u2764\ufe0f"
      }
     }
    }
   ]
  }
 ]
}
"""#),
        ("test-page-messages", #"""
{
 "object": "page",
 "entry": [
  {
   "id": "0",
   "time": 1754520281,
   "changes": [
    {
     "field": "messages",
     "value": {
      "sender": {
       "id": "12334"
      },
      "recipient": {
       "id": "23245"
      },
      "timestamp": "1527459824",
      "message": {
       "mid": "test_message_id",
       "text": "test_message",
       "commands": [
        {
         "name": "command123"
        },
        {
         "name": "command456"
        }
       ]
      }
     }
    }
   ]
  }
 ]
}
"""#),
    ]
}
